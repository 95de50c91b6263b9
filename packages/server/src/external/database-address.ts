import type { DatabaseAddress } from '../kernel/database/pool.ts';
import { StartFault } from '../kernel/fault.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { readSecretIfSet } from './secrets.ts';

/** The PostgreSQL that MESSOX_DATABASE_URL names, for a command. @throws StartFault secrets_missing, secrets_invalid, database_url_invalid */
export const databaseAddressOf = (environment: Readonly<Record<string, string | undefined>>): DatabaseAddress => {
  const url = readSecretIfSet(environment, 'databaseUrl');
  if (url === '')
    throw new StartFault(
      'secrets_missing',
      'MESSOX_DATABASE_URL is not set.',
      'Set it as for messox-server, or MESSOX_DATABASE_URL_FILE to the path of a file that holds it.',
    );
  return parseDatabaseUrl(url);
};
