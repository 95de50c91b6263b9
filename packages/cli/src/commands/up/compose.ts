import { preflight } from '../../doctor/preflight.ts';
import { CliError } from '../../errors/cli-error.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { refuseInterrupted } from '../../framework/interrupt.ts';
import { applyStaged } from '../../docker/apply-staged.ts';
import { checkConnections } from '../../docker/connections.ts';
import { listContainers } from '../../docker/containers.ts';
import { migrateStack } from '../../docker/migrate-stack.ts';
import { removeIll } from '../../docker/remove-containers.ts';
import { isServerService } from '../../docker/services.ts';
import { ensureConnections, startData, startNginx, startServer, type StackWork } from '../../docker/start-stack.ts';
import { openStack, type RunningStack } from '../../docker/stack.ts';
import { refuseStoredMajor } from '../../docker/stored-major.ts';
import { removeStack } from '../../docker/stop-stack.ts';
import { planUnattended } from '../../generated/render-project.ts';
import { withLock } from '../../project/lock.ts';
import { settleUpgrade } from '../../upgrade/record.ts';
import { cliVersion } from '../../version.ts';
import { attach } from './attach.ts';
import { outliveReaders } from './in-terminal.ts';
import { lookAround, reportAttached, reportDetached } from './ready.ts';

interface UpOptions {
  readonly detach: boolean;
  /** How long each step may take until what it started is healthy, in ms. */
  readonly waitMs: number;
}

/** Checks, builds, writes, migrates and starts, and waits until everything is healthy. */
const start = async (work: StackWork): Promise<void> => {
  const { context, stack } = work;
  const { compose, dir, settings } = stack;
  const { needed } = checkConnections(dir, settings);
  await refuseStoredMajor(stack);
  await applyStaged(context, compose, planUnattended(dir));
  await removeIll(compose);
  await startData(work);
  await ensureConnections(work, needed);
  context.output.say('Migrating the database');
  await migrateStack(context, compose);
  await startServer(work);
  await startNginx(work);
  refuseInterrupted(context.signal);
  settleUpgrade(dir, cliVersion());
};

/** What was begun is not left there, where nothing ran before. */
const startFresh = async (work: StackWork): Promise<void> => {
  const { context, stack } = work;
  const { output, signal } = context;
  const tell = (): void => output.say('Interrupted: stopping what was started; Ctrl-C once more leaves it as it is');
  signal.addEventListener('abort', tell);
  try {
    await start(work);
  } catch (error) {
    if (!signal.aborted) throw error;
    await removeStack(context, stack.compose);
    throw new CliError('interrupted', 'Interrupted; nothing of the server runs', { cause: error });
  } finally {
    signal.removeEventListener('abort', tell);
  }
};

/** Whether it answers anybody. PostgreSQL and RabbitMQ may run without: commands start them for themselves. */
const isServing = async ({ compose }: RunningStack): Promise<boolean> =>
  (await listContainers(compose.project)).some(
    ({ service, state }) => state === 'running' && (isServerService(service) || service === 'nginx'),
  );

/**
 * Starts everything, and in a terminal shows its log and stops it at the end. Run again, it changes what is to be changed; a
 * server that ran before is not stopped with it.
 */
export const upCompose = async (context: Context, { detach, waitMs }: UpOptions): Promise<ExitCode> => {
  const { dir } = context.flags;
  const stack = openStack(dir);
  await preflight(context, { dir });
  const isRead = detach ? () => true : outliveReaders();
  const ranBefore = await withLock(dir, 'up', async () => {
    const isOn = await isServing(stack);
    await (isOn ? start : startFresh)({ context, stack, waitMs });
    return isOn;
  });
  const from = new Date().toISOString();
  const ready = await lookAround(context, stack);
  if (detach || ranBefore) {
    reportDetached(context, ready, ranBefore && !detach);
    return exit.done;
  }
  reportAttached(context, ready);
  return attach(context, stack, { from, isRead });
};
