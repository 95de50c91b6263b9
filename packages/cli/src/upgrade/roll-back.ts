import { listContainers } from '../docker/containers.ts';
import { requireEngine } from '../docker/engine.ts';
import { imageIdOf } from '../docker/image-id.ts';
import { putToRest } from '../docker/put-to-rest.ts';
import { openStack } from '../docker/stack.ts';
import { startData, startNginx, startServer } from '../docker/start-stack.ts';
import { CliError } from '../errors/cli-error.ts';
import { exit, type ExitCode } from '../errors/exit.ts';
import type { Context } from '../framework/context.ts';
import { otherVersion } from '../output/command-line.ts';
import { withLock } from '../project/lock.ts';
import { stackFacts } from './database-facts.ts';
import { keepPrevious } from './previous-image.ts';
import { beginUpgrade, forgetPrevious, lastUpgrade, refuseContracted, type StackSnapshot } from './record.ts';
import { putFilesBack, putImageBack } from './stack-snapshot.ts';
import type { UpgradeOptions } from './upgrade-options.ts';

const refuseLostImage = async ({ place }: Context, { image }: StackSnapshot, from: string | null): Promise<void> => {
  if (!image || (await imageIdOf(image.id)) !== undefined) return;
  throw new CliError('rollback_impossible', `Docker does not have the image ${image.name} any more`, {
    detail: 'It was removed since the upgrade.',
    fixes: [`${otherVersion(place, from ?? 'OLD', 'up', '-d')} (builds it anew, with the files of that version)`],
  });
};

/** Goes back to the files and the image of before the last upgrade, while the server goes on. */
export const rollBackCompose = async (context: Context, { waitMs }: UpgradeOptions): Promise<ExitCode> => {
  const { ask, flags, output, place } = context;
  const { dir } = flags;
  const { compose } = openStack(dir);
  await requireEngine();
  return withLock(dir, 'upgrade', async () => {
    const record = lastUpgrade(dir);
    const snapshot = record.stack;
    const from = record.from ?? 'of before';
    if (!snapshot) throw new CliError('rollback_impossible', 'The last upgrade was of a server of another mode');
    await refuseLostImage(context, snapshot, record.from);
    const before = await listContainers(compose.project);
    try {
      refuseContracted(record, (await stackFacts(dir)).migrations, place);
      await ask.confirmOrCancel({ message: `Go back to messox ${from}?`, default: true });
    } catch (error) {
      // What went wrong first is what is told.
      await putToRest(context, compose, before).catch(() => undefined);
      throw error;
    }
    beginUpgrade(dir, record);
    for (const path of putFilesBack(dir, snapshot))
      output.warn(`${path} was edited since the upgrade, so it was kept; what it was is in ${path}.new`);
    await putImageBack(snapshot.image);
    const work = { context, stack: openStack(dir), waitMs };
    await startData(work);
    await startServer(work);
    await startNginx(work);
    forgetPrevious(dir);
    await keepPrevious(compose.project, undefined);
    output.result({ event: 'done', version: record.from }, (style) => [
      `${style.green(style.signs.ok)} The server is of messox ${from} again`,
      `  Type its commands with that version: ${otherVersion(place, record.from ?? 'OLD', 'status')}`,
    ]);
    return exit.done;
  });
};
