import { migrate } from '@messox/server';
import { preflight } from '../doctor/preflight.ts';
import { CliError } from '../errors/cli-error.ts';
import { exit, type ExitCode } from '../errors/exit.ts';
import { translate } from '../errors/translate.ts';
import type { Context } from '../framework/context.ts';
import { otherVersion } from '../output/command-line.ts';
import { withEmbedded } from '../project/database.ts';
import { lockHolder, withLock } from '../project/lock.ts';
import { refuseExternal } from '../project/refuse-external.ts';
import { readRunVersion, writeRunVersion } from '../project/run-version.ts';
import { readServerState, type ServerState } from '../project/server-state.ts';
import { launch } from '../server-process/launch.ts';
import { stopServer } from '../server-process/stop-server.ts';
import { cliVersion } from '../version.ts';
import { backUp } from './backup.ts';
import { type DatabaseFacts, embeddedFacts } from './database-facts.ts';
import { planUpgrade } from './plan-upgrade.ts';
import {
  appliedKeys,
  beginUpgrade,
  continuedUpgrade,
  finishUpgrade,
  unfinishedUpgrade,
  type UpgradeRecord,
} from './record.ts';
import { planData, question, renderPlan } from './render-plan.ts';
import { tellUpgraded } from './result.ts';
import { backupNeed, refuseNoRoom } from './room.ts';
import type { UpgradePlan } from './upgrade-plan.ts';
import { hasWork } from './upgrade-plan.ts';
import type { UpgradeOptions } from './upgrade-options.ts';
import { warnOfOthers } from './warn-of-others.ts';

/** How long the old process may take to finish its work, in ms. */
const stopMs = 60_000;

/** @throws CliError runs_in_foreground */
const refuseForeground = (state: ServerState | undefined): void => {
  if (!state || state.detached) return;
  throw new CliError('runs_in_foreground', `The server was not started with up -d (pid ${state.pid})`, {
    detail: 'It belongs to a terminal or to a service manager such as systemd, which starts it again.',
    fixes: [
      'Stop it there (Ctrl-C, systemctl stop), then `messox upgrade`, and start it there again.',
      '`messox backup` (and then only start it anew: a new version migrates by itself)',
    ],
  });
};

/** How one starts what there was before. */
const wayBack = ({ place }: Context, { from }: UpgradeRecord): string =>
  from === null ? 'Start the version of before: `messox up -d`' : otherVersion(place, from, 'up', '-d');

interface Begun {
  readonly record: UpgradeRecord;
  readonly state: ServerState | undefined;
}

const migrateFirst = async (context: Context, record: UpgradeRecord): Promise<void> => {
  const { flags, output, signal } = context;
  try {
    output.say('Migrating the database');
    await withEmbedded(context, { command: 'upgrade', hasLock: true }, ({ sql }) => migrate(sql, flags.dir));
    if (signal.aborted) throw new CliError('interrupted', 'Interrupted');
  } catch (cause) {
    // The record stays: migrations that were applied do, and the next upgrade goes on from those before them.
    const { code, detail, fixes, message } = translate(cause);
    if (code === 'interrupted')
      throw new CliError('interrupted', `Interrupted; the server is as it was before the way to ${record.to}`, {
        cause,
      });
    throw new CliError('upgrade_undone', `The upgrade did not go well, and the server is as it was: ${message}`, {
      ...(detail === undefined ? {} : { detail }),
      fixes: [...fixes, '`messox upgrade` (once that is mended)'],
      cause,
    });
  }
};

/** Migrations only add, so the old process works on meanwhile: it is stopped when nothing but the start is left. */
const makeWay = async (context: Context, { record, state }: Begun): Promise<void> => {
  const { flags, output, signal } = context;
  if (signal.aborted) throw new CliError('interrupted', 'Interrupted; nothing was changed');
  beginUpgrade(flags.dir, record);
  await migrateFirst(context, record);
  if (state) await stopServer(output, state, stopMs);
  else writeRunVersion(flags.dir, record.to);
};

/** From the stop of the old process on there is only the way on: Ctrl-C is heard when the new one is there. */
const startNew = async (
  { flags, output, signal }: Context,
  { record, state, waitMs }: Begun & { readonly waitMs: number },
): Promise<void> => {
  if (!state) return;
  const { host, port } = state.options;
  const overrides = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  output.say(`Starting messox ${record.to}`);
  const tell = (): void =>
    output.say('The version before has stopped already, so the start of the new one is finished');
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell, { once: true });
  const unheard = new AbortController().signal;
  await launch({ dir: flags.dir, overrides, verbose: flags.verbose, waitMs, signal: unheard });
};

const notStarted = (context: Context, record: UpgradeRecord, cause: unknown): CliError => {
  const { detail, fixes, message } = translate(cause);
  return new CliError('upgrade_failed', `messox ${record.to} did not start: ${message}`, {
    ...(detail === undefined ? {} : { detail }),
    fixes: [...fixes, `${wayBack(context, record)} (goes back)`],
    cause,
  });
};

const isDueFor = (plan: UpgradePlan, isUnfinished: boolean): boolean =>
  (plan.from !== undefined && hasWork(plan)) || (plan.pending ?? []).length > 0 || isUnfinished;

interface Survey {
  readonly state: ServerState | undefined;
  readonly database: DatabaseFacts | undefined;
  readonly from: string | undefined;
  readonly unfinished: UpgradeRecord | undefined;
  readonly plan: UpgradePlan;
  readonly isDue: boolean;
}

const survey = (context: Context, database: DatabaseFacts | undefined): Survey => {
  const { dir } = context.flags;
  const state = readServerState(dir);
  const running = state?.version ?? readRunVersion(dir);
  const unfinished = continuedUpgrade(unfinishedUpgrade(dir), { running, to: cliVersion() });
  const from = unfinished?.from ?? running;
  const plan = planUpgrade(context, { from, database, files: [] });
  return { state, database, from, unfinished, plan, isDue: isDueFor(plan, unfinished !== undefined) };
};

const tellPlan = ({ output }: Context, { isDue, plan }: Survey, { exitCode }: UpgradeOptions): ExitCode => {
  output.result({ event: 'done', due: isDue, ...planData(plan) }, (style) =>
    isDue ? renderPlan(plan, style.width) : `${style.green(style.signs.ok)} The server is of messox ${plan.to} already`,
  );
  return exitCode && isDue ? exit.state : exit.done;
};

/** Only looks. A database that is stopped is not started for it while another command may be at work on it. */
const tryOut = async (context: Context, options: UpgradeOptions): Promise<ExitCode> => {
  const { dir } = context.flags;
  warnOfOthers(context);
  const isBusy = readServerState(dir) === undefined && lockHolder(dir) !== undefined;
  const database = isBusy ? undefined : await embeddedFacts(context, false);
  return tellPlan(context, survey(context, database), options);
};

/** Looks, asks and backs up. Undefined: it ends here. */
const begin = async (context: Context, options: UpgradeOptions): Promise<Begun | ExitCode> => {
  const { ask, flags, output } = context;
  const { dir } = flags;
  const surveyed = survey(context, await embeddedFacts(context, true));
  const { database, from, isDue, plan, state, unfinished } = surveyed;
  if (!isDue) return tellPlan(context, surveyed, options);
  for (const line of renderPlan(plan)) output.say(line);
  refuseForeground(state);
  await preflight(context, { dir, occasion: 'upgrade' });
  if (database && !options.skipBackup) refuseNoRoom([await backupNeed(dir, database.bytes)]);
  await ask.confirmOrCancel({ message: question(plan), default: true });
  const backup = options.skipBackup || !database ? null : await backUp(context, 'embedded');
  return {
    state,
    record: {
      from: from ?? null,
      to: plan.to,
      at: new Date().toISOString(),
      backup,
      migrations: unfinished?.migrations ?? appliedKeys(database?.migrations ?? []),
    },
  };
};

/** Brings a server of one process to the version of this command. */
export const upgradeEmbedded = async (context: Context, options: UpgradeOptions): Promise<ExitCode> => {
  const { dir } = context.flags;
  refuseExternal(dir);
  if (options.dryRun) return tryOut(context, options);
  const startedAt = performance.now();
  const begun = await withLock(dir, 'upgrade', async () => {
    const ready = await begin(context, options);
    if (typeof ready !== 'number') await makeWay(context, ready);
    return ready;
  });
  if (typeof begun === 'number') return begun;
  const { record } = begun;
  try {
    // The server takes the lock of the folder itself.
    await startNew(context, { ...begun, waitMs: options.waitMs });
  } catch (error) {
    throw notStarted(context, record, error);
  }
  finishUpgrade(dir, record);
  if (context.signal.aborted)
    throw new CliError(
      'interrupted',
      `Interrupted too late: the upgrade was finished, and the server is of messox ${record.to}`,
    );
  tellUpgraded(context, record, startedAt);
  return exit.done;
};
