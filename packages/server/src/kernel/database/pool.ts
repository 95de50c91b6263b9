import postgres from 'postgres';
import type { Logger } from '../log.ts';

export type Sql = postgres.Sql;
export type Transaction = postgres.TransactionSql;

/** How PostgreSQL is reached: a Unix socket's `path`, or host and port. */
export interface DatabaseAddress {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface PoolOptions {
  readonly connections: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly log?: Logger;
}

const bigintAsNumber = {
  to: 20,
  from: [20],
  serialize: (value: number) => String(value),
  parse: (value: string) => Number(value),
};

/**
 * A pool whose ids and seqs are numbers: they stay below 2^53 by the wire contract. Statements that hang are cut by
 * PostgreSQL itself; migrations lift that bound for themselves.
 */
export const openPool = (address: DatabaseAddress, { connections, name, log }: PoolOptions): Sql =>
  postgres({
    ...(address.path === undefined
      ? { host: address.host ?? '127.0.0.1', port: address.port ?? 5432 }
      : { path: address.path }),
    user: address.user,
    password: address.password,
    database: address.database,
    max: connections,
    connect_timeout: 10,
    max_lifetime: null,
    backoff: (retries) => Math.min(0.05 * 2 ** retries, 2) * (0.5 + Math.random() / 2),
    onnotice: (notice) => log?.debug({ notice: notice.message }, 'PostgreSQL notice'),
    types: { bigint: bigintAsNumber },
    connection: {
      application_name: name,
      statement_timeout: 30_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 60_000,
    },
  });

const passing = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
]);

/** The driver's or PostgreSQL's code of an error, where it has one. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether the database is away or busy rather than the statement wrong: the same statement may succeed later. */
export const isPassing = (error: unknown): boolean => passing.has(codeOf(error) ?? '');

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
