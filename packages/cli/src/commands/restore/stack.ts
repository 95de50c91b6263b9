import type { DatabaseAddress, Restored } from '@messox/server';
import { withAddress } from '../../archive/database-address.ts';
import type { VerifiedArchive } from '../../archive/verify-archive.ts';
import { buildImage } from '../../docker/build-image.ts';
import { requireEngine } from '../../docker/engine.ts';
import { refuseRunningStack } from '../../docker/refuse-running-stack.ts';
import { openStack } from '../../docker/stack.ts';
import type { Context } from '../../framework/context.ts';
import { renderStackFiles } from '../../generated/render-project.ts';
import { withLock } from '../../project/lock.ts';
import { fillLostSecrets, takeSecrets } from './stack-secrets.ts';

export interface StackRestore {
  readonly archive: VerifiedArchive;
  readonly replace: boolean;
  /** Puts the archive into the database at this address. */
  readonly put: (address: DatabaseAddress) => Promise<Restored>;
}

/**
 * Puts a backup into the database of a server that Docker runs, whose processes are stopped. PostgreSQL is started for it, and stays.
 *
 * @throws CliError already_running; secrets_missing when some are lost that are not in the archive either; what Docker refuses
 */
export const restoreIntoStack = async (
  context: Context,
  { archive, put, replace }: StackRestore,
): Promise<Restored> => {
  const { flags, output } = context;
  const { dir } = flags;
  const { compose } = openStack(dir);
  await requireEngine();
  return withLock(dir, 'restore', async () => {
    await refuseRunningStack(compose, 'It would go on with what it knows of the old data.');
    fillLostSecrets(dir, output, archive.secrets);
    renderStackFiles(context);
    await buildImage(context, compose);
    const restored = await withAddress(context, 'compose', { command: 'restore' }, put);
    // A database that was empty: nobody's session depends on the key that was made for it.
    takeSecrets(dir, output, archive.secrets, { isNew: !replace });
    return restored;
  });
};
