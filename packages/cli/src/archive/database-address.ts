import { type DatabaseAddress, databaseAddressOf } from '@messox/server';
import { readExternalSecret } from '@messox/server/project';
import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import { withStackDatabase } from '../docker/stack-database.ts';
import { type DatabaseUse, withEmbedded } from '../project/database.ts';
import { readSessionSecretFiles } from '../project/secret-files.ts';
import { readEnvFile, secretNames } from '../project/secrets.ts';
import { readServerState } from '../project/server-state.ts';
import type { ArchivedSecrets } from './manifest.ts';

/** Lends a command the address of the database: the folder's own, that of its containers, or the one that MESSOX_DATABASE_URL names. */
export const withAddress = <T>(
  { env, flags, output, signal }: Pick<Context, 'flags' | 'output' | 'env' | 'signal'>,
  mode: string,
  use: DatabaseUse,
  work: (address: DatabaseAddress) => Promise<T>,
): Promise<T> =>
  mode === 'embedded'
    ? withEmbedded({ flags, output }, use, ({ address }) => work(address))
    : mode === 'compose'
      ? withStackDatabase(flags.dir, { starts: true, signal, tell: output.say }, (url) =>
          work(databaseAddressOf({ MESSOX_DATABASE_URL: url })),
        )
      : work(databaseAddressOf(env));

/** @throws CliError already_running */
export const refuseRunning = (dir: string, why: string): void => {
  const running = readServerState(dir);
  if (!running) return;
  throw new CliError('already_running', 'The server of this folder is running', {
    detail: `It is at ${running.url} (pid ${running.pid}). ${why}`,
    fixes: ['`messox down`'],
  });
};

/** The secrets of the server that sessions depend on; undefined where there is no token key. */
export const sessionSecrets = (
  { env, flags }: Pick<Context, 'env' | 'flags'>,
  mode: string,
): ArchivedSecrets | undefined => {
  const { values } = readEnvFile(flags.dir);
  const files = readSessionSecretFiles(flags.dir);
  const read = (key: 'tokenKey' | 'appApiKey'): string => {
    const own = values.get(secretNames[key].name) ?? '';
    if (mode === 'embedded') return own;
    return (mode === 'external' && readExternalSecret(env, key)) || files[key] || own;
  };
  const [tokenKey, appApiKey] = [read('tokenKey'), read('appApiKey')];
  if (tokenKey === '') return undefined;
  return { tokenKey, ...(appApiKey === '' ? {} : { appApiKey }) };
};
