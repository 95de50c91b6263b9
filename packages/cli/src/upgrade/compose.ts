import { checkConnections } from '../docker/connections.ts';
import { type Container, listContainers } from '../docker/containers.ts';
import { readDockerDisk } from '../docker/docker-disk.ts';
import { requireEngine } from '../docker/engine.ts';
import { namedImage, putNameBack } from '../docker/named-image.ts';
import { putToRest } from '../docker/put-to-rest.ts';
import { majorOf, refuseOtherMajor } from '../docker/refuse-other-major.ts';
import { runningVersion } from '../docker/server-version.ts';
import { openStack, type RunningStack } from '../docker/stack.ts';
import { tryStaged } from '../docker/staged-stack.ts';
import { nextPostgres, storedMajor } from '../docker/stored-major.ts';
import { preflight } from '../doctor/preflight.ts';
import { CliError } from '../errors/cli-error.ts';
import { exit, type ExitCode } from '../errors/exit.ts';
import { translate } from '../errors/translate.ts';
import type { Context } from '../framework/context.ts';
import { readManifest } from '../generated/manifest.ts';
import { planUnattended, refuseEdited, type Rendering } from '../generated/render-project.ts';
import type { Style } from '../output/style.ts';
import { withLock } from '../project/lock.ts';
import { cliVersion } from '../version.ts';
import { backUp } from './backup.ts';
import { carryOut } from './carry-out.ts';
import { type DatabaseFacts, runningStackFacts, stackFacts } from './database-facts.ts';
import { planUpgrade } from './plan-upgrade.ts';
import { keepPrevious, removeSuperseded } from './previous-image.ts';
import {
  appliedKeys,
  continuedUpgrade,
  finishUpgrade,
  type StackSnapshot,
  unfinishedUpgrade,
  type UpgradeRecord,
} from './record.ts';
import { planData, question, renderPlan } from './render-plan.ts';
import { tellUpgraded } from './result.ts';
import { backupNeed, type Need, refuseNoRoom } from './room.ts';
import { imageBefore, takeSnapshot } from './stack-snapshot.ts';
import { hasWork, type UpgradePlan } from './upgrade-plan.ts';
import type { UpgradeOptions } from './upgrade-options.ts';
import { warnOfOthers } from './warn-of-others.ts';

const changed = ['create', 'replace', 'merge', 'delete', 'conflict'];

/** What is said where nothing is to be done. */
const upToDate = ({ pending, to }: UpgradePlan, style: Style): string[] => [
  `${style.green(style.signs.ok)} The server is of messox ${to} already`,
  ...(pending ? [] : ['  It is stopped, so its database was not asked; `messox up` migrates it.']),
];

/** What two images of the server may differ by, in bytes, when nobody knows yet. */
const imageBytes = 512 * 1024 ** 2;

const imageNeed = async (): Promise<Need> => {
  const { folder, freeBytes } = await readDockerDisk();
  return { what: 'The new image', bytes: imageBytes, folder, freeBytes };
};

/** What is known before the question. */
interface Seen {
  readonly stack: RunningStack;
  /** All that there is of it in Docker. */
  readonly containers: readonly Container[];
  readonly rendering: Rendering;
  /** The version that runs, or ran last. */
  readonly from: string | undefined;
  /** An upgrade that was killed, and goes on with this one. */
  readonly unfinished: UpgradeRecord | undefined;
  /** Undefined while the stack is stopped: it stays so until somebody has said yes. */
  readonly database: DatabaseFacts | undefined;
}

const lookAround = async (stack: RunningStack): Promise<Seen> => {
  const { compose, dir } = stack;
  const containers = await listContainers(compose.project);
  const running = runningVersion(containers);
  const unfinished = continuedUpgrade(unfinishedUpgrade(dir), { running, to: cliVersion() });
  return {
    stack,
    containers,
    rendering: planUnattended(dir),
    // Where nothing runs, the version that generated the files last.
    from: unfinished?.from ?? running ?? readManifest(dir).files['compose.yaml']?.version,
    unfinished,
    database: await runningStackFacts(stack),
  };
};

const planOf = (context: Context, { database, from, rendering }: Seen): UpgradePlan => {
  const files = rendering.plan.filter(({ action }) => changed.includes(action)).map(({ path }) => path);
  return planUpgrade(context, { from, database, files });
};

/** All that can be told before the question. @throws CliError as what it asks */
const refuseBefore = async (context: Context, seen: Seen, { skipBackup }: UpgradeOptions): Promise<void> => {
  const { dir } = seen.stack;
  const { database } = seen;
  refuseNoRoom([...(database && !skipBackup ? [await backupNeed(dir, database.bytes)] : []), await imageNeed()]);
  await preflight(context, { dir, occasion: 'upgrade' });
};

/** The database of a stack that was stopped, which is asked once somebody has said yes. */
const lookAtStopped = async (context: Context, seen: Seen, { skipBackup }: UpgradeOptions): Promise<DatabaseFacts> => {
  const { stack } = seen;
  const database = await stackFacts(stack.dir);
  for (const line of renderPlan(planOf(context, { ...seen, database }))) context.output.say(line);
  refuseOtherMajor(await nextPostgres(stack), database.major);
  if (!skipBackup) refuseNoRoom([await backupNeed(stack.dir, database.bytes)]);
  return database;
};

const nothingChanged = 'nothing was changed';

const refused = (cause: unknown): CliError => {
  const { code, detail, fixes, message } = translate(cause);
  const told = message.endsWith(nothingChanged) ? message : `${message}; ${nothingChanged}`;
  return new CliError(code, told, { ...(detail === undefined ? {} : { detail }), fixes, cause });
};

interface Preparation {
  /** What the processes of the server run, or ran last. */
  readonly image: StackSnapshot['image'];
  readonly options: UpgradeOptions;
  readonly to: string;
}

/** Tries the new files and builds the image, and then asks a database that was stopped and writes the backup. */
const prepare = async (context: Context, seen: Seen, { image, options, to }: Preparation): Promise<UpgradeRecord> => {
  const { containers, from, rendering, stack, unfinished } = seen;
  const { compose } = stack;
  // The build takes the name of the image where the version is the same.
  const named = await namedImage(compose);
  try {
    await tryStaged(context, compose, rendering);
    refuseEdited(rendering);
    const database = seen.database ?? (await lookAtStopped(context, seen, options));
    const backup = options.skipBackup ? null : await backUp(context, 'compose');
    refuseEdited(rendering);
    return {
      from: from ?? null,
      to,
      at: new Date().toISOString(),
      backup,
      migrations: unfinished?.migrations ?? appliedKeys(database.migrations),
      stack: unfinished?.stack ?? takeSnapshot(rendering, image),
    };
  } catch (error) {
    try {
      if (named) await putNameBack(named);
      await putToRest(context, compose, containers);
    } catch {
      throw error;
    }
    throw refused(error);
  }
};

interface Survey {
  readonly seen: Seen;
  readonly plan: UpgradePlan;
  readonly isDue: boolean;
}

/** Changes nothing. @throws CliError as `planUpgrade`; postgres_other_major */
const survey = async (context: Context, stack: RunningStack): Promise<Survey> => {
  const seen = await lookAround(stack);
  const { database, from, unfinished } = seen;
  const plan = planOf(context, seen);
  const isDue = hasWork(plan) || unfinished !== undefined;
  const postgres = isDue ? await nextPostgres(stack) : '';
  if (majorOf(postgres) !== undefined) refuseOtherMajor(postgres, database?.major ?? (await storedMajor(stack, from)));
  return { seen, plan, isDue };
};

const tellPlan = ({ output }: Context, { isDue, plan }: Survey, { exitCode }: UpgradeOptions): ExitCode => {
  output.result({ event: 'done', due: isDue, ...planData(plan) }, (style) =>
    isDue ? renderPlan(plan, style.width) : upToDate(plan, style),
  );
  return exitCode && isDue ? exit.state : exit.done;
};

/** Brings a server that Docker runs to the version of this command. */
export const upgradeCompose = async (context: Context, options: UpgradeOptions): Promise<ExitCode> => {
  const { ask, flags, output } = context;
  const { dir } = flags;
  const stack = openStack(dir);
  const { compose, settings } = stack;
  await requireEngine();
  if (options.dryRun) {
    warnOfOthers(context);
    return tellPlan(context, await survey(context, stack), options);
  }
  return withLock(dir, 'upgrade', async () => {
    const begin = performance.now();
    const surveyed = await survey(context, stack);
    const { isDue, plan, seen } = surveyed;
    const { containers, from, rendering, unfinished } = seen;
    if (!isDue) return tellPlan(context, surveyed, options);
    for (const line of renderPlan(plan)) output.say(line);
    const { needed } = checkConnections(dir, settings);
    await refuseBefore(context, seen, options);
    await ask.confirmOrCancel({ message: question(plan), default: true });
    const image = unfinished?.stack?.image ?? (await imageBefore(containers, compose.project, from));
    const record = await prepare(context, seen, { image, options, to: plan.to });
    await carryOut({ context, stack, waitMs: options.waitMs }, { rendering, record, needed, before: containers });
    finishUpgrade(dir, record);
    await keepPrevious(compose.project, record.stack?.image);
    const kept = [record.stack?.image?.id, ...(await listContainers(compose.project)).map(({ imageId }) => imageId)];
    await removeSuperseded(compose.project, new Set(kept.filter((id) => id !== undefined)));
    tellUpgraded(context, record, begin);
    return exit.done;
  });
};
