import type { DatabaseAddress, Restored } from '@messox/server';
import type { VerifiedArchive } from '../../archive/verify-archive.ts';
import { applyStaged } from '../../docker/apply-staged.ts';
import { listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { refuseRunningStack } from '../../docker/refuse-running-stack.ts';
import { openStack, type RunningStack } from '../../docker/stack.ts';
import type { Context } from '../../framework/context.ts';
import { planUnattended } from '../../generated/render-project.ts';
import { withLock } from '../../project/lock.ts';
import { takeSnapshot } from '../../upgrade/stack-snapshot.ts';
import { type LackedSecrets, lackedSecrets } from './lacked-secrets.ts';
import { putIntoDatabase } from './put-into-database.ts';
import { putStackBack, takeSecretsAway } from './put-stack-back.ts';
import { fillLostSecrets, takeSecrets } from './stack-secrets.ts';

export interface StackRestore {
  readonly archive: VerifiedArchive;
  readonly replace: boolean;
  /** Puts the archive into the database at this address. */
  readonly put: (address: DatabaseAddress) => Promise<Restored>;
}

/** Where the archive does not get into the database, containers, generated files and image are as they were. */
const restoreStaged = async (
  context: Context,
  stack: RunningStack,
  { note, put }: Pick<StackRestore, 'put'> & Pick<LackedSecrets, 'note'>,
): Promise<Restored> => {
  const { compose, dir } = stack;
  const containers = await listContainers(compose.project);
  const rendering = planUnattended(dir);
  const snapshot = takeSnapshot(rendering, null);
  const image = await applyStaged(context, compose, rendering).finally(note);
  try {
    return await putIntoDatabase(context, put);
  } catch (error) {
    await putStackBack(context, { stack, containers, snapshot, image });
    throw error;
  }
};

/**
 * Puts a backup into the database of a server that Docker runs, whose processes are stopped. PostgreSQL is started for it, and
 * stays; where nothing comes of it, containers, generated files, secrets and image are as they were, but for a password that
 * PostgreSQL got with its data.
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
  await requireEngine();
  return withLock(dir, 'restore', async () => {
    await refuseRunningStack(stack.compose, 'It would go on with what it knows of the old data.');
    const lacked = lackedSecrets(dir, output);
    let restored: Restored;
    try {
      fillLostSecrets(dir, output, archive.secrets);
      lacked.note();
      restored = await restoreStaged(context, stack, { put, note: lacked.note });
    } catch (error) {
      await takeSecretsAway(context, lacked);
      throw error;
    }
    // A database that was empty: nobody's session depends on the key that was made for it.
    takeSecrets(dir, output, archive.secrets, { isNew: !replace });
    return restored;
  });
};
