import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { startTestPostgres, testFolder, type TestPostgres } from '../embedded-postgres/testing.ts';
import { CLUSTER_VARIABLE } from './cluster-variable.ts';

/** Enough for a handful of servers with pools of their own beside the tests. */
const MAX_CONNECTIONS = 200;

/**
 * For vitest's `globalSetup`: one PostgreSQL for the whole run. It starts when the first test asks for a database, so that a run without
 * one does not pay for it, and is stopped by the function that is returned.
 */
export async function setup(): Promise<() => Promise<void>> {
  let cluster: Promise<TestPostgres> | undefined;
  const start = (): Promise<TestPostgres> => (cluster ??= startTestPostgres({ maxConnections: MAX_CONNECTIONS }));
  const server = createServer((client) => {
    client.on('error', () => undefined);
    start().then(
      ({ connection }) => client.end(JSON.stringify({ connection })),
      (error: unknown) => client.end(JSON.stringify({ error: String(error) })),
    );
  });
  const folder = await testFolder();
  // The answer holds a password.
  await chmod(folder, 0o700);
  const socket = path.join(folder, 'cluster.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  process.env[CLUSTER_VARIABLE] = socket;
  return async () => {
    server.close();
    await cluster?.then((running) => running.stop());
    await rm(folder, { recursive: true, force: true });
  };
}
