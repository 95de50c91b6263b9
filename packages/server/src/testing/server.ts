import { randomUUID } from 'node:crypto';
import type { LimitName } from '@messox/protocol';
import { memoryBus } from '../adapters/bus-memory.ts';
import { postgresJobs } from '../adapters/jobs-postgres.ts';
import type { DatabaseAddress } from '../kernel/database/pool.ts';
import { type Logger, silentLog } from '../kernel/log.ts';
import type { Module } from '../kernel/module.ts';
import { startServer } from '../kernel/server.ts';
import { coreModules } from '../modules/index.ts';
import type { Bus } from '../ports/bus.ts';
import type { OpenJobs } from '../ports/jobs.ts';
import { settingsSchema } from '../settings.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { testSocket, type TestSocket } from './socket.ts';

export interface TestServerOptions {
  readonly limits?: Partial<Record<LimitName, number>>;
  readonly modules?: readonly Module[];
  /** Settings of modules, as in `messox.yaml`. */
  readonly moduleSettings?: Record<string, unknown>;
  readonly server?: Record<string, unknown>;
  readonly secrets?: Record<string, string>;
  readonly bus?: Bus;
  readonly jobs?: OpenJobs;
  /** An earlier server's database, to start on it again. */
  readonly database?: TestDatabase;
  /** How the server reaches its database, when that is not directly. */
  readonly connection?: (database: TestDatabase) => Promise<DatabaseAddress>;
  readonly log?: Logger;
}

/** An answer of the API. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; a test says what it expects it to be. */
  readonly body: never;
}

/** Somebody with an account on the server under test. */
export interface TestUser {
  readonly id: number;
  readonly username: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Calls the API as this user. */
  call(method: string, path: string, body?: unknown): Promise<TestAnswer>;
  socket(): Promise<TestSocket>;
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** Rates that no test is to run into by accident; a test that is about one sets it. */
const generous = {
  registersPerAddress: 10_000,
  loginsPerAddress: 10_000,
  opsPerSecond: 100_000,
  opsBurst: 100_000,
  requestsPerSecond: 100_000,
  requestsBurst: 100_000,
};

/** A whole server in this process, on a database of its own and a free port. */
export const startTestServer = async (options: TestServerOptions = {}) => {
  const modules = options.modules ?? coreModules;
  const database = options.database ?? (await testDatabase());
  const settings = settingsSchema(modules).parse({
    server: { port: 0, ...options.server },
    limits: { ...generous, ...options.limits },
    modules: options.moduleSettings ?? {},
  });
  const server = await startServer({
    settings,
    modules,
    database: (await options.connection?.(database)) ?? database.connection,
    bus: options.bus ?? memoryBus(),
    jobs: options.jobs ?? postgresJobs,
    tokenKey: 'a key for tests only, of more than 32 characters',
    secrets: options.secrets ?? {},
    log: options.log ?? silentLog(),
    version: '0.0.0-test',
  });

  /** Of this machine, whatever `publicUrl` says. */
  const url = `http://127.0.0.1:${server.port}`;

  const call = async (method: string, path: string, body?: unknown, token?: string): Promise<TestAnswer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as never,
    };
  };

  const enter = async (path: string, username: string): Promise<TestUser> => {
    const entered = await call('POST', path, { username, password: 'correct horse' });
    if (entered.status >= 300) throw new Error(`${path} of ${username} was answered ${entered.status}`);
    const tokens = entered.body as { user: { id: number }; accessToken: string; refreshToken: string };
    const { accessToken, refreshToken } = tokens;
    return {
      id: tokens.user.id,
      username,
      accessToken,
      refreshToken,
      call: (method, path, body) => call(method, path, body, accessToken),
      socket: () => testSocket(`${url.replace('http', 'ws')}/ws`),
    };
  };

  return {
    ...server,
    url,
    database,
    sql: database.sql,
    call,
    /** A new account, logged in. */
    user: (username = `user-${randomUUID().slice(0, 8)}`) => enter('/api/v1/auth/register', username),
    /** Another session of an account. */
    login: ({ username }: Pick<TestUser, 'username'>) => enter('/api/v1/auth/login', username),
    /** Stops the server and keeps the database. */
    stopServer: () => server.stop(),
    stop: async () => {
      await server.stop();
      await database.drop();
    },
  };
};
