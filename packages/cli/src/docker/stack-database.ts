import { openDatabase, type Sql } from '@messox/server';
import { databaseUrlOf } from '../project/secret-files.ts';
import { listContainers } from './containers.ts';
import { openDatabaseTunnel } from './database-tunnel.ts';
import { runDocker } from './run-docker.ts';
import { isRunningProcess } from './services.ts';
import { notRunning, openStack, type RunningStack } from './stack.ts';
import { waitHealthy } from './wait-healthy.ts';

/** How long PostgreSQL may take to start, in ms. */
const startMs = 120_000;

/** Does nothing but live, beside the database. */
const idle = 'process.on("SIGTERM", () => process.exit()); setInterval(() => {}, 1e6)';

export interface StackDatabaseUse {
  /** Whether PostgreSQL is started where nothing runs; else that is `not_running`. */
  readonly starts?: boolean;
  /** Ends the wait for it. */
  readonly signal?: AbortSignal;
  /** Called before it is started. */
  readonly tell?: (text: string) => void;
}

interface Relay {
  readonly container: string;
  readonly remove: () => Promise<void>;
}

/** A container for the way to the database, where no process of the server runs. PostgreSQL is started, and stays. */
const startRelay = async ({ compose }: RunningStack, signal: AbortSignal | undefined): Promise<Relay> => {
  const ended = signal ? { signal } : {};
  await compose.run(['up', '--detach', '--no-deps', '--no-build', 'postgres'], { doing: 'start postgres', ...ended });
  await waitHealthy(compose, { service: 'postgres', count: 1, waitMs: startMs, ...ended });
  const words = ['run', '--detach', '--rm', '--no-deps', '--no-TTY', '--entrypoint', 'node', 'migrate', '-e', idle];
  const container =
    (await compose.run(words, { doing: 'start a way to the database' })).trim().split('\n').at(-1) ?? '';
  return {
    container,
    remove: async () => {
      await runDocker(['rm', '--force', container], { doing: 'remove the way to the database' });
    },
  };
};

const findRelay = async (stack: RunningStack, { signal, starts, tell }: StackDatabaseUse): Promise<Relay> => {
  const containers = await listContainers(stack.compose.project);
  const process = containers.find(isRunningProcess);
  if (process) return { container: process.id, remove: () => Promise.resolve() };
  if (starts !== true) throw notRunning();
  tell?.('No process of the server runs: PostgreSQL is started for this command, and stays');
  return startRelay(stack, signal);
};

/**
 * Lends one command the URL of the stack's database, of which nothing is published: it leads through a container.
 *
 * @throws CliError not_running; interrupted; what docker refuses
 */
export const withStackDatabase = async <T>(
  dir: string,
  use: StackDatabaseUse,
  work: (url: string) => Promise<T>,
): Promise<T> => {
  const stack = openStack(dir);
  const relay = await findRelay(stack, use);
  try {
    const tunnel = await openDatabaseTunnel(relay.container);
    try {
      const url = new URL(databaseUrlOf(dir));
      url.hostname = 'localhost';
      url.search = '';
      url.searchParams.set('host', tunnel.folder);
      return await work(url.href);
    } finally {
      await tunnel.close();
    }
  } finally {
    await relay.remove();
  }
};

/** The same with connections to it. */
export const withStackSql = <T>(dir: string, use: StackDatabaseUse, work: (sql: Sql) => Promise<T>): Promise<T> =>
  withStackDatabase(dir, use, async (url) => {
    const database = openDatabase(url);
    try {
      return await work(database.sql);
    } finally {
      await database.close();
    }
  });
