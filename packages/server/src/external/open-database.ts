import { openPool, type Sql } from '../kernel/database/pool.ts';
import { parseDatabaseUrl } from './database-url.ts';

export interface OpenDatabase {
  readonly sql: Sql;
  close(): Promise<void>;
}

/** A few connections to the database of the URL, for a command. @throws StartFault database_url_invalid */
export const openDatabase = (url: string): OpenDatabase => {
  const sql = openPool(parseDatabaseUrl(url), { connections: 2, name: 'messox command' });
  return { sql, close: () => sql.end({ timeout: 5 }) };
};
