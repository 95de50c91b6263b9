import type { ArchivedSecrets } from '../../archive/manifest.ts';
import type { Output } from '../../output/output.ts';
import { missingSecretFiles, readSessionSecretFiles, writeSessionSecretFile } from '../../project/secret-files.ts';

/** Puts back what the folder has lost and the archive has; what is there stays. New ones would be made in their place, or nothing at all. */
export const fillLostSecrets = (dir: string, output: Output, secrets: ArchivedSecrets | undefined): void => {
  if (secrets === undefined) return;
  const archived = { 'token-key': secrets.tokenKey, 'app-api-key': secrets.appApiKey } as const;
  const missing = missingSecretFiles(dir, 'compose');
  for (const name of ['token-key', 'app-api-key'] as const) {
    const value = archived[name];
    if (value === undefined || value === '' || !missing.includes(name)) continue;
    writeSessionSecretFile(dir, name, value);
    output.say(`secrets/${name} was missing, and is that of the backup now`);
  }
};

/** With the secrets of the archive its sessions go on; where the folder has others that people use already, those stay. */
export const takeSecrets = (
  dir: string,
  output: Output,
  secrets: ArchivedSecrets | undefined,
  { isNew }: { readonly isNew: boolean },
): void => {
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
