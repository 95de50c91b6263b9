import postgres from 'postgres';
import type { Logger } from '../log.ts';
import { arrayTypes } from './array-types.ts';
import { type DatabaseAddress, Link, type Statement } from './link.ts';
import { Links } from './links.ts';

export type { DatabaseAddress, Link } from './link.ts';

export type Sql = postgres.Sql;
export type Transaction = postgres.TransactionSql;

export interface PoolOptions {
  readonly connections: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly log?: Logger;
  /** How long PostgreSQL lets a statement take, in ms; 30,000 when not given. */
  readonly statementMs?: number;
}

/** How long the answer may take on its way, in ms. */
const onTheWayMs = 10_000;

const bigintAsNumber = {
  to: 20,
  from: [20],
  serialize: (value: number) => String(value),
  parse: (value: string) => Number(value),
};

const driverOptions = (
  { database, host = '127.0.0.1', password, path, port = 5432, ssl, user }: DatabaseAddress,
  { log, name, statementMs = 30_000 }: PoolOptions,
) => ({
  answerMs: statementMs + onTheWayMs,
  ...(path === undefined ? { host, port } : { path }),
  ...(ssl === undefined ? {} : { ssl }),
  user,
  password,
  database,
  max: 1,
  connect_timeout: 10,
  max_lifetime: null,
  backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 2) * (0.5 + Math.random() / 2),
  onnotice: (notice: postgres.Notice) => log?.debug({ notice: notice.message }, 'PostgreSQL notice'),
  fetch_types: false,
  types: { bigint: bigintAsNumber, ...arrayTypes },
  connection: {
    application_name: name,
    statement_timeout: statementMs,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 60_000,
  },
});

/** Begins statements: on any link, or on that of a transaction. */
type Run = <T>(statement: Statement<T>) => Promise<T>;

const sites = new WeakMap<TemplateStringsArray, string>();

/** Where a statement is written, for the stack of its errors: the driver's own ends within this file. */
const siteOf = (strings: TemplateStringsArray, tag: (...values: never[]) => unknown): string => {
  const known = sites.get(strings);
  if (known !== undefined) return known;
  const here = { stack: '' };
  Error.captureStackTrace(here, tag);
  const site = here.stack.split('\n')[1] ?? '';
  sites.set(strings, site);
  return site;
};

/** With Node 24 the driver leaves errors whose stack cannot be changed any more: those are told as they are. */
const tellSite = (error: Error, site: string): void => {
  Reflect.set(error, 'stack', `${error.stack ?? ''}\n${site}`);
};

/** The driver's tag and its helpers, with statements that `run` sends. */
const tagOn = (run: Run, driver: postgres.Sql) => {
  const tag = (first: TemplateStringsArray, ...values: never[]): unknown => {
    if (!Array.isArray(first)) return (driver as (name: unknown) => unknown)(first);
    const site = siteOf(first, tag);
    return run((sql) => sql(first, ...values)).catch((error: unknown) => {
      if (error instanceof Error && error.stack?.includes(site) === false) tellSite(error, site);
      throw error;
    });
  };
  return Object.assign(tag, {
    json: (value: postgres.JSONValue) => driver.json(value),
    unsafe: (text: string, values: never[], options: postgres.UnsafeQueryOptions) =>
      run((sql) => sql.unsafe(text, values, options)),
  });
};

/** Runs `work` in a transaction. One statement that fails fails all of it, though `work` may have caught the error. */
const transact = async <T>(links: Links, driver: postgres.Sql, work: (sql: Transaction) => Promise<T>): Promise<T> => {
  const link = await links.take();
  let failed: Error | undefined;
  let over = false;
  const run: Run = async (statement) => {
    // The link may be somebody else's by now.
    if (over) throw new Error('The transaction that this statement belongs to is over');
    try {
      return await link.run(statement);
    } catch (error) {
      failed ??= error as Error;
      throw error;
    }
  };
  try {
    await link.run((sql) => sql`begin`);
    const result = await work(tagOn(run, driver) as unknown as Transaction);
    over = true;
    if (failed) throw failed;
    await link.run((sql) => sql`commit`);
    return result;
  } catch (error) {
    over = true;
    // A link that does not even do this is no good to anybody.
    await link.run((sql) => sql`rollback`).catch((error: unknown) => link.lose(error as Error));
    throw error;
  } finally {
    links.give(link);
  }
};

/**
 * A pool whose ids and seqs are numbers: they stay below 2^53 by the wire contract. Statements that hang are cut by
 * PostgreSQL itself; migrations lift that bound for themselves.
 *
 * Of the driver's functions it has those that are used here: the tag, `unsafe`, `json`, `begin`, `reserve`, `listen`
 * and `end`. Statements begin at once, and a tag within a tag is not one statement.
 */
export const openPool = (address: DatabaseAddress, options: PoolOptions): Sql => {
  const driver = postgres(driverOptions(address, options));
  const links = new Links(options.connections, (onLost) => new Link(address, driverOptions(address, options), onLost));
  const pool = Object.assign(
    tagOn((statement) => links.run(statement), driver),
    {
      begin: <T>(work: (sql: Transaction) => Promise<T>) => transact(links, driver, work),
      reserve: async () => {
        const link = await links.take();
        link.patient = true;
        const release = (): void => {
          if (!link.patient) return;
          link.patient = false;
          links.give(link);
        };
        return Object.assign(
          tagOn((statement) => link.run(statement), driver),
          { release },
        );
      },
      // Has a connection of its own, which the driver opens again and listens on whenever it was lost.
      listen: (...channel: Parameters<Sql['listen']>) => driver.listen(...channel),
      end: async ({ timeout = 0 }: { timeout?: number } = {}) => {
        await Promise.all([links.end(timeout * 1_000), driver.end({ timeout })]);
      },
    },
  );
  return pool as unknown as Sql;
};

/**
 * One connection for work that takes as long as it takes, such as COPY. It is never opened anew: once it is lost, every
 * statement fails, so that nothing runs outside of the transaction that it belongs to.
 */
export const openLink = (address: DatabaseAddress, name: string): Link =>
  new Link(address, driverOptions(address, { connections: 1, name, statementMs: 0 }), () => undefined);

/** There is no database to talk to. */
const away = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'EAGAIN', // the queue of the Unix socket is full
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETUNREACH',
  'ENFILE',
  'ENOENT', // the Unix socket is not there
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  '25006', // read_only_sql_transaction: a standby, for as long as a failover takes
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
]);

/** It has too much to do, or too little room. */
const busy = new Set([
  '25P03', // idle_in_transaction_session_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53100', // disk_full
  '53200', // out_of_memory
  '55P03', // lock_not_available
  '57014', // query_canceled
  '57P05', // idle_session_timeout
]);

/** The driver's or PostgreSQL's code of an error, where it has one. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether the database is away or busy rather than the statement wrong: the same statement may succeed later. */
export const isPassing = (error: unknown): boolean => isAway(error) || busy.has(codeOf(error) ?? '');

/** Whether the database is away, whatever the statement. */
export const isAway = (error: unknown): boolean => away.has(codeOf(error) ?? '');

/** Rejects when `work` has not settled in time: the driver leaves queries of a dead connection pending (porsager/postgres #1186). */
export const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error(`No answer from the database in ${ms} ms`), { code: 'CONNECT_TIMEOUT' })),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
