import { randomBytes, randomUUID } from 'node:crypto';
import { type EmbeddedDatabase, openEmbeddedDatabase, type Sql } from '@messox/server';
import { accessTokens } from '@messox/server/testing';
import { type Child, startChild } from './child.ts';
import { cpuOf, cpuOfFamily, memoryOf } from './process-usage.ts';

export interface ServerOptions {
  readonly dir: string;
  /** Limits that differ from the defaults. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Every commit waits this long, like on a disk with slow flushes. */
  readonly flushMs?: number;
  /** Options of `node` for the server, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
}

/** A server on the embedded default with its database, and what both have used. */
export interface BenchServer {
  readonly url: string;
  readonly sql: Sql;
  /** CPU time so far, in ms. */
  readonly cpu: () => Promise<{ server: number; database: number }>;
  readonly databasePid: () => number;
  /** What another process needs to open the database. */
  readonly database: { readonly dir: string; readonly secrets: { databasePassword: string; tokenKey: string } };
  memory(): Promise<number>;
  /** An access token, as if this user had logged in. */
  token(userId: number): string;
  /** Stops the server, as an update does, and starts it again on the same folder and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The load is the subject here, not the limits that keep one client from making it. */
const generous = {
  opsPerSecond: 1_000_000,
  opsBurst: 1_000_000,
  socketsPerAddress: 50_000,
  requestsPerSecond: 1_000_000,
  requestsBurst: 1_000_000,
};
const lifeMs = 86_400_000;

export const startBenchServer = async ({ dir, flushMs, limits, nodeOptions }: ServerOptions): Promise<BenchServer> => {
  const secrets = {
    databasePassword: randomBytes(32).toString('base64url'),
    tokenKey: randomBytes(32).toString('base64url'),
  };
  const program = new URL('./server-process.js', import.meta.url);
  const start = (port: number): Promise<Child<{ url: string; port: number }>> => {
    const settings = JSON.stringify({ dir, port, secrets, limits: { ...generous, ...limits } });
    return startChild(program, [], {
      env: { ...process.env, MESSOX_BENCH_SERVER: settings },
      nodeOptions: nodeOptions ?? [],
    });
  };
  const open = async (): Promise<{ database: EmbeddedDatabase; databasePid: number }> => {
    const database = await openEmbeddedDatabase({ dir, secrets });
    const [row] = await database.sql<{ pid: string }[]>`select pg_read_file('postmaster.pid', 0, 10) as pid`;
    return { database, databasePid: Number.parseInt(row?.pid ?? '', 10) };
  };
  let child = await start(0);
  const { port, url } = child.ready;
  let { database, databasePid } = await open();
  if (flushMs !== undefined) {
    await database.sql.unsafe(`alter system set commit_delay = ${flushMs * 1_000}`);
    await database.sql.unsafe('alter system set commit_siblings = 0');
    await database.sql`select pg_reload_conf()`;
  }
  const tokens = accessTokens(secrets.tokenKey);
  const end = Date.now() + lifeMs;
  return {
    url,
    get sql() {
      return database.sql;
    },
    databasePid: () => databasePid,
    database: { dir, secrets },
    cpu: async () => ({ server: await cpuOf(child.pid), database: await cpuOfFamily(databasePid) }),
    memory: () => memoryOf(child.pid),
    token: (userId) => tokens.issue({ userId, sessionId: randomUUID(), sessionEndsAt: end }, end),
    restart: async () => {
      await database.close();
      await child.stop();
      child = await start(port);
      ({ database, databasePid } = await open());
    },
    stop: async () => {
      await database.close();
      await child.stop();
    },
  };
};
