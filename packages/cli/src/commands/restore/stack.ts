import type { DatabaseAddress, Restored } from '@messox/server';
import type { VerifiedArchive } from '../../archive/verify-archive.ts';
import { applyStaged } from '../../docker/apply-staged.ts';
import { listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { putNameBack } from '../../docker/named-image.ts';
import { putDataBack, putToRest } from '../../docker/put-to-rest.ts';
import { refuseRunningStack } from '../../docker/refuse-running-stack.ts';
import { openStack } from '../../docker/stack.ts';
import type { Context } from '../../framework/context.ts';
import { planUnattended } from '../../generated/render-project.ts';
import { withLock } from '../../project/lock.ts';
import { putFilesBack, takeSnapshot } from '../../upgrade/stack-snapshot.ts';
import { putIntoDatabase } from './put-into-database.ts';
import { fillLostSecrets, takeSecrets } from './stack-secrets.ts';

/** How long what ran before may take to be healthy again, in ms. */
const backMs = 120_000;

export interface StackRestore {
  readonly archive: VerifiedArchive;
  readonly replace: boolean;
  /** Puts the archive into the database at this address. */
  readonly put: (address: DatabaseAddress) => Promise<Restored>;
}

/**
 * Puts a backup into the database of a server that Docker runs, whose processes are stopped. PostgreSQL is started for it, and
 * stays; where nothing comes of it, containers, files and image are as they were.
 *
 * @throws CliError already_running; secrets_missing when some are lost that are not in the archive either; what Docker refuses
 */
export const restoreIntoStack = async (
  context: Context,
  { archive, put, replace }: StackRestore,
): Promise<Restored> => {
  const { flags, output } = context;
  const { dir } = flags;
  const stack = openStack(dir);
  const { compose } = stack;
  await requireEngine();
  return withLock(dir, 'restore', async () => {
    await refuseRunningStack(compose, 'It would go on with what it knows of the old data.');
    const before = await listContainers(compose.project);
    fillLostSecrets(dir, output, archive.secrets);
    const rendering = planUnattended(dir);
    const snapshot = takeSnapshot(rendering, null);
    const image = await applyStaged(context, compose, rendering);
    let restored: Restored;
    try {
      restored = await putIntoDatabase(context, put);
    } catch (error) {
      // What went wrong first is what is told.
      const putBack = async (): Promise<void> => {
        putFilesBack(dir, snapshot);
        if (image) await putNameBack(image);
        // Whoever pressed Ctrl-C wants this, too.
        const unheard = { ...context, signal: new AbortController().signal };
        await putDataBack({ context: unheard, stack, waitMs: backMs }, before);
        await putToRest(context, compose, before);
      };
      await putBack().catch(() => undefined);
      throw error;
    }
    // A database that was empty: nobody's session depends on the key that was made for it.
    takeSecrets(dir, output, archive.secrets, { isNew: !replace });
    return restored;
  });
};
