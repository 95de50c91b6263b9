import type { Container } from '../docker/containers.ts';
import { migrateStack } from '../docker/migrate-stack.ts';
import { putDataBack, putToRest } from '../docker/put-to-rest.ts';
import { replaceReplicas } from '../docker/replace-replicas.ts';
import { isRunningProcess, runningServices, type ServerService } from '../docker/services.ts';
import { ensureConnections, startData, startNginx, startServer, type StackWork } from '../docker/start-stack.ts';
import { CliError } from '../errors/cli-error.ts';
import { translate } from '../errors/translate.ts';
import { refuseInterrupted } from '../framework/interrupt.ts';
import { applyAndWarn, type Rendering } from '../generated/render-project.ts';
import { stackFacts } from './database-facts.ts';
import { keepPrevious, namePrevious } from './previous-image.ts';
import { beginUpgrade, forgetUpgrade, previousUpgrade, refuseContracted, type UpgradeRecord } from './record.ts';
import { putFilesBack, putImageBack } from './stack-snapshot.ts';

/** An upgrade of which all has been asked, checked and built. */
interface Ready {
  readonly rendering: Rendering;
  readonly record: UpgradeRecord;
  /** How many connections PostgreSQL is to let in. */
  readonly needed: number;
  /** What there was when it began. */
  readonly before: readonly Container[];
}

const wasServing = ({ before }: Ready): boolean => before.some(isRunningProcess);

/** How far an upgrade came. */
interface Progress {
  touchedData: boolean;
  migrated: boolean;
  readonly replaced: ServerService[];
  touchedNginx: boolean;
}

/**
 * Puts back what was changed, and only that: files, image, database and broker, processes, nginx. What ran before runs again,
 * and what did not is stopped.
 *
 * @throws CliError rollback_impossible where a migration took away what the version before uses
 */
const undo = async (work: StackWork, ready: Ready, progress: Progress): Promise<void> => {
  const { record } = ready;
  const { stack: snapshot } = record;
  if (!snapshot) return;
  const { stack, waitMs } = work;
  const { compose, dir, settings } = stack;
  // Whoever pressed Ctrl-C wants this, and not the half of it.
  const context = { ...work.context, signal: new AbortController().signal };
  const back = { context, stack, waitMs };
  if (progress.migrated) refuseContracted(record, (await stackFacts(dir)).migrations, context.place);
  context.output.say('Going back to how it was');
  putFilesBack(dir, snapshot);
  await putImageBack(snapshot.image);
  await keepPrevious(compose.project, previousUpgrade(dir)?.stack?.image);
  if (progress.touchedData) await putDataBack(back, ready.before);
  for (const service of progress.replaced)
    await replaceReplicas(compose, {
      service,
      count: settings.deploy.replicas[service],
      waitMs,
      signal: context.signal,
      tell: (text) => context.output.say(text),
    });
  if (progress.touchedNginx && runningServices(ready.before).has('nginx')) await startNginx(back);
  await putToRest(context, compose, ready.before);
  // The next one goes on from the same migrations: those that were applied stay.
  if (!progress.migrated) forgetUpgrade(dir);
};

const undone = (cause: unknown, ready: Ready): CliError => {
  const { code, detail, fixes, message } = translate(cause);
  const state = wasServing(ready) ? 'the server goes on as it was' : 'the server is stopped, as it was';
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

/**
 * Files, database, processes: in this order, and all of it or nothing.
 *
 * @throws CliError upgrade_undone, upgrade_failed, interrupted
 */
export const carryOut = async (work: StackWork, ready: Ready): Promise<void> => {
  const { context, stack } = work;
  const { needed, record, rendering } = ready;
  const progress: Progress = { touchedData: false, migrated: false, replaced: [], touchedNginx: false };
  beginUpgrade(stack.dir, record);
  try {
    await namePrevious(stack.compose.project, record.stack?.image);
    applyAndWarn(context, rendering);
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
      await undo(work, ready, progress);
    } catch (second) {
      throw failed(second, error);
    }
    throw undone(error, ready);
  }
};
