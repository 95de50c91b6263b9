import { readFile } from 'node:fs/promises';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';

interface Postmaster {
  readonly pid: number;
  readonly socket: string;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The PostgreSQL that runs on a folder, by what it writes there of itself; undefined when none does. */
export const findPostmaster = async (dataDir: string): Promise<Postmaster | undefined> => {
  const text = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid = '', , , port = '', folder = ''] = text.split('\n');
  if (!isAlive(Number(pid) || Infinity) || folder === '') return undefined;
  return { pid: Number(pid), socket: path.join(folder, `.s.PGSQL.${port}`) };
};

/** Runs `work` over a connection of its own. @throws Error when there is no PostgreSQL, or it ends meanwhile */
export const asAdmin = async <T>(dataDir: string, password: string, work: (sql: Sql) => Promise<T>): Promise<T> => {
  const running = await findPostmaster(dataDir);
  if (!running) throw new Error('There is no PostgreSQL at present');
  const sql = postgres({
    path: running.socket,
    user: 'messox',
    database: 'messox',
    password,
    max: 1,
    connect_timeout: 5,
    onnotice: () => undefined,
    // The driver asks for types on its own, and nobody hears when that fails.
    fetch_types: false,
  });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
};
