import { requireEngine } from '../docker/engine.ts';
import { buildImage } from '../docker/build-image.ts';
import { checkConnections } from '../docker/connections.ts';
import { listContainers } from '../docker/containers.ts';
import { migrateStack } from '../docker/migrate-stack.ts';
import { checkNginx } from '../docker/nginx.ts';
import { readDockerDisk } from '../docker/docker-disk.ts';
import { replaceReplicas } from '../docker/replace-replicas.ts';
import { runningVersion } from '../docker/server-version.ts';
import { isRunningProcess, type ServerService } from '../docker/services.ts';
import { openStack, type RunningStack } from '../docker/stack.ts';
import { withStackSql } from '../docker/stack-database.ts';
import { ensureConnections, startData, startNginx, startServer, type StackWork } from '../docker/start-stack.ts';
import { removeStack } from '../docker/stop-stack.ts';
import { preflight } from '../doctor/preflight.ts';
import { CliError } from '../errors/cli-error.ts';
import { exit, type ExitCode } from '../errors/exit.ts';
import { translate } from '../errors/translate.ts';
import type { Context } from '../framework/context.ts';
import { refuseInterrupted } from '../framework/interrupt.ts';
import { readManifest } from '../generated/manifest.ts';
import { withoutMerges } from '../generated/plan-files.ts';
import { applyRendering, keptWarnings, planRendering, type Rendering } from '../generated/render-project.ts';
import type { Style } from '../output/style.ts';
import { withLock } from '../project/lock.ts';
import { cliVersion } from '../version.ts';
import { backUp } from './backup.ts';
import { readDatabaseFacts, type DatabaseFacts } from './database-facts.ts';
import { planUpgrade } from './plan-upgrade.ts';
import {
  appliedKeys,
  beginUpgrade,
  continuedUpgrade,
  finishUpgrade,
  forgetPrevious,
  forgetUpgrade,
  lastUpgrade,
  refuseContracted,
  unfinishedUpgrade,
  type UpgradeRecord,
} from './record.ts';
import { refuseOtherMajor } from './refuse-other-major.ts';
import { planData, renderPlan } from './render-plan.ts';
import { tellUpgraded } from './result.ts';
import { backupNeed, refuseNoRoom } from './room.ts';
import { hasImage, putFilesBack, putImageBack, takeSnapshot } from './stack-snapshot.ts';
import { hasWork, type UpgradePlan } from './upgrade-plan.ts';
import type { UpgradeOptions } from './upgrade-options.ts';

const changed = ['create', 'replace', 'merge', 'delete', 'conflict'];

/** The version that runs; where nothing does, the one that generated the files last. */
const versionOf = async ({ compose, dir }: RunningStack): Promise<string | undefined> =>
  runningVersion(await listContainers(compose.project)) ?? readManifest(dir).files['compose.yaml']?.version;

/** PostgreSQL is started for it where the stack is stopped. */
const factsOf = (dir: string): Promise<DatabaseFacts> =>
  withStackSql(dir, { starts: true }, (sql) => readDatabaseFacts(sql, dir));

const isStopped = async ({ compose }: RunningStack): Promise<boolean> =>
  !(await listContainers(compose.project)).some(isRunningProcess);

/** What is said where nothing is to be done. */
const upToDate = ({ pending, to }: UpgradePlan, style: Style): string[] => [
  `${style.green(style.signs.ok)} The server is of messox ${to} already`,
  ...(pending ? [] : ['  It is stopped, so its database was not asked; `messox up` migrates it.']),
];

const planFiles = (dir: string): Rendering => {
  const rendering = planRendering(dir);
  return { ...rendering, plan: withoutMerges(rendering.plan) };
};

/** What two images of the server may differ by, in bytes, when nobody knows yet. */
const imageBytes = 512 * 1024 ** 2;

const refuseFullDisk = async ({ dir }: RunningStack, bytes: number, isBackedUp: boolean): Promise<void> => {
  const { folder, freeBytes } = await readDockerDisk();
  refuseNoRoom([
    ...(isBackedUp ? [await backupNeed(dir, bytes)] : []),
    { what: 'The new image', bytes: imageBytes, folder, freeBytes },
  ]);
};

/** Checks the new files and builds the image: nothing that runs has been touched yet. */
const prepare = async ({ context, stack }: StackWork, rendering: Rendering): Promise<void> => {
  const { compose } = stack;
  applyRendering(rendering);
  await compose.run(['config', '--quiet'], { doing: 'read compose.yaml' });
  await checkNginx(compose);
  await buildImage(context, compose);
};

/** How far an upgrade came. */
interface Progress {
  /** Whether anybody was served before. */
  readonly wasServing: boolean;
  touchedData: boolean;
  migrated: boolean;
  readonly replaced: ServerService[];
  touchedNginx: boolean;
}

/**
 * Puts back what was changed, and only that: files, image, database and broker, processes, nginx. A stack that was stopped is
 * stopped again.
 *
 * @throws CliError rollback_impossible where a migration took away what the version before uses
 */
const undo = async (work: StackWork, record: UpgradeRecord, progress: Progress): Promise<void> => {
  const { stack: snapshot } = record;
  if (!snapshot) return;
  const { stack, waitMs } = work;
  const { compose, dir, settings } = stack;
  // Whoever pressed Ctrl-C wants this, and not the half of it.
  const context = { ...work.context, signal: new AbortController().signal };
  const back = { context, stack, waitMs };
  if (progress.migrated) refuseContracted(record, (await factsOf(dir)).migrations, context.place);
  context.output.say('Going back to how it was');
  putFilesBack(dir, snapshot);
  await putImageBack(snapshot);
  if (progress.wasServing) {
    if (progress.touchedData) await startData(back);
    for (const service of progress.replaced)
      await replaceReplicas(compose, {
        service,
        count: settings.deploy.replicas[service],
        waitMs,
        signal: context.signal,
        tell: (text) => context.output.say(text),
      });
    if (progress.touchedNginx) await startNginx(back);
  } else if (progress.touchedData) await removeStack(context, compose);
  // The next one goes on from the same migrations: those that were applied stay.
  if (!progress.migrated) forgetUpgrade(dir);
};

const undone = (cause: unknown, { wasServing }: Progress): CliError => {
  const { code, detail, fixes, message } = translate(cause);
  const state = wasServing ? 'the server goes on as it was' : 'the server is stopped, as it was';
  if (code === 'interrupted') return new CliError('interrupted', `Interrupted; ${state}`, { cause });
  return new CliError('upgrade_undone', `The upgrade did not go well, and ${state}: ${message}`, {
    ...(detail === undefined ? {} : { detail }),
    fixes: [...fixes, '`messox upgrade` (once that is mended)'],
    cause,
  });
};

const failed = (cause: unknown, first: unknown): CliError => {
  const [why, before] = [translate(cause), translate(first)];
  return new CliError('upgrade_failed', 'The upgrade did not go well, and neither did the way back', {
    detail: [before.message, before.detail, why.message, why.detail].filter(Boolean).join('\n'),
    // Where there is no way back, how one comes on is what that said.
    fixes: why.code === 'rollback_impossible' ? why.fixes : ['`messox upgrade --rollback`', '`messox status`'],
    cause,
  });
};

/** Files, image, database, processes: in this order, and all of it or nothing. */
const carryOut = async (
  work: StackWork,
  rendering: Rendering,
  record: UpgradeRecord,
  needed: number,
): Promise<void> => {
  const { context, stack } = work;
  const progress: Progress = {
    wasServing: !(await isStopped(stack)),
    touchedData: false,
    migrated: false,
    replaced: [],
    touchedNginx: false,
  };
  beginUpgrade(stack.dir, record);
  try {
    await prepare(work, rendering);
    refuseInterrupted(context.signal);
    progress.touchedData = true;
    await startData(work);
    await ensureConnections(work, needed);
    context.output.say('Migrating the database');
    progress.migrated = true;
    await migrateStack(context, stack.compose);
    await startServer({ ...work, onReplaced: (service) => progress.replaced.push(service) });
    progress.touchedNginx = true;
    await startNginx(work);
  } catch (error) {
    try {
      await undo(work, record, progress);
    } catch (second) {
      throw failed(second, error);
    }
    throw undone(error, progress);
  }
  finishUpgrade(stack.dir, record);
};

/** Brings a server that Docker runs to the version of this command. */
export const upgradeCompose = async (context: Context, options: UpgradeOptions): Promise<ExitCode> => {
  const { ask, flags, output } = context;
  const { dir } = flags;
  const stack = openStack(dir);
  await requireEngine();
  return withLock(dir, 'upgrade', async () => {
    const begin = performance.now();
    const running = await versionOf(stack);
    const unfinished = continuedUpgrade(unfinishedUpgrade(dir), {
      running: runningVersion(await listContainers(stack.compose.project)),
      to: cliVersion(),
    });
    const rendering = planFiles(dir);
    // What is stopped stays stopped until somebody has said yes.
    const seen = (await isStopped(stack)) ? undefined : await factsOf(dir);
    const files = rendering.plan.filter(({ action }) => changed.includes(action)).map(({ path }) => path);
    const from = unfinished?.from ?? running;
    const plan = planUpgrade(context, { from, database: seen, files });
    const isDue = hasWork(plan) || unfinished !== undefined;
    if (options.dryRun || !isDue) {
      output.result({ event: 'done', due: isDue, ...planData(plan) }, (style) =>
        isDue ? renderPlan(plan) : upToDate(plan, style),
      );
      return options.exitCode && isDue ? exit.state : exit.done;
    }
    for (const line of renderPlan(plan)) output.say(line);
    const checkDatabase = async ({ bytes, major }: DatabaseFacts): Promise<void> => {
      refuseOtherMajor(stack.settings, major);
      await refuseFullDisk(stack, bytes, !options.skipBackup);
    };
    if (seen) await checkDatabase(seen);
    const { needed } = checkConnections(dir, stack.settings);
    await preflight(context, { dir, occasion: 'upgrade' });
    await ask.confirmOrCancel({ message: `Upgrade to messox ${plan.to}?`, default: true });
    const database = seen ?? (await factsOf(dir));
    if (!seen) {
      for (const line of renderPlan(planUpgrade(context, { from, database, files }))) output.say(line);
      await checkDatabase(database);
    }
    const backup = options.skipBackup ? null : await backUp(context, 'compose');
    const record: UpgradeRecord = {
      from: plan.from ?? null,
      to: plan.to,
      at: new Date().toISOString(),
      backup,
      migrations: unfinished?.migrations ?? appliedKeys(database.migrations),
      stack: unfinished?.stack ?? (await takeSnapshot(rendering)),
    };
    await carryOut({ context, stack, waitMs: options.waitMs }, rendering, record, needed);
    for (const warning of [...rendering.warnings, ...keptWarnings(rendering.plan)]) output.warn(warning);
    tellUpgraded(context, record, begin);
    return exit.done;
  });
};

/** Goes back to the files and the image of before the last upgrade, while the server goes on. */
export const rollBackCompose = async (context: Context, { waitMs }: UpgradeOptions): Promise<ExitCode> => {
  const { ask, flags, output, place } = context;
  const { dir } = flags;
  openStack(dir);
  await requireEngine();
  return withLock(dir, 'upgrade', async () => {
    const record = lastUpgrade(dir);
    const snapshot = record.stack;
    const from = record.from ?? 'of before';
    if (!snapshot) throw new CliError('rollback_impossible', 'The last upgrade was of a server of another mode');
    refuseContracted(record, (await factsOf(dir)).migrations, place);
    if (snapshot.image && !(await hasImage(snapshot.image.id)))
      throw new CliError('rollback_impossible', `Docker does not have the image ${snapshot.image.name} any more`, {
        detail: 'It was removed since the upgrade.',
        fixes: [`npx messox@${from} up -d (builds it anew, with the files of that version)`],
      });
    await ask.confirmOrCancel({ message: `Go back to messox ${from}?`, default: true });
    beginUpgrade(dir, record);
    for (const path of putFilesBack(dir, snapshot))
      output.warn(`${path} was edited since the upgrade, so it was kept; what it was is in ${path}.new`);
    await putImageBack(snapshot);
    const work = { context, stack: openStack(dir), waitMs };
    await startData(work);
    await startServer(work);
    await startNginx(work);
    forgetPrevious(dir);
    output.result({ event: 'done', version: record.from }, (style) => [
      `${style.green(style.signs.ok)} The server is of messox ${from} again`,
      `  Type its commands with that version: npx messox@${from} status`,
    ]);
    return exit.done;
  });
};
