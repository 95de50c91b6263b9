import type { DatabaseAddress, Restored } from '@messox/server';
import { withAddress } from '../../archive/database-address.ts';
import type { ArchivedSecrets } from '../../archive/manifest.ts';
import type { VerifiedArchive } from '../../archive/verify-archive.ts';
import { buildImage } from '../../docker/build-image.ts';
import { requireEngine } from '../../docker/engine.ts';
import { refuseRunningStack } from '../../docker/refuse-running-stack.ts';
import { openStack } from '../../docker/stack.ts';
import type { Context } from '../../framework/context.ts';
import { renderStackFiles } from '../../generated/render-project.ts';
import { withLock } from '../../project/lock.ts';
import { readSessionSecretFiles, writeSessionSecretFile } from '../../project/secret-files.ts';

export interface StackRestore {
  readonly archive: VerifiedArchive;
  readonly replace: boolean;
  /** Puts the archive into the database at this address. */
  readonly put: (address: DatabaseAddress) => Promise<Restored>;
}

/** With the secrets of the archive its sessions go on; where the folder has others that people use already, those stay. */
const takeSecrets = (
  { flags, output }: Context,
  secrets: ArchivedSecrets | undefined,
  { isNew }: { readonly isNew: boolean },
): void => {
  const { dir } = flags;
  const here = readSessionSecretFiles(dir);
  if (secrets === undefined) {
    if (isNew)
      output.warn(
        'The secrets are not in the backup: the token key here is another, and everybody has to log in again',
      );
  } else if (isNew) {
    if (here.tokenKey !== '' && here.tokenKey !== secrets.tokenKey)
      output.say('The token key of the backup takes the place of the one here, by which nobody has a session');
    writeSessionSecretFile(dir, 'token-key', secrets.tokenKey);
    if (here.appApiKey === '') writeSessionSecretFile(dir, 'app-api-key', secrets.appApiKey ?? '');
  } else if (here.tokenKey !== secrets.tokenKey)
    output.warn(
      'secrets/ of this folder stays: its token key is not that of the backup, so everybody has to log in again',
    );
};

/**
 * Puts a backup into the database of a server that Docker runs, whose processes are stopped. PostgreSQL is started for it, and stays.
 *
 * @throws CliError already_running; what Docker refuses
 */
export const restoreIntoStack = async (
  context: Context,
  { archive, put, replace }: StackRestore,
): Promise<Restored> => {
  const { dir } = context.flags;
  const { compose } = openStack(dir);
  await requireEngine();
  return withLock(dir, 'restore', async () => {
    await refuseRunningStack(compose, 'It would go on with what it knows of the old data.');
    renderStackFiles(context);
    await buildImage(context, compose);
    const restored = await withAddress(context, 'compose', { command: 'restore' }, put);
    // A database that was empty: nobody's session depends on the key that was made for it.
    takeSecrets(context, archive.secrets, { isNew: !replace });
    return restored;
  });
};
