import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { startTestPostgres, testFolder } from '../embedded-postgres/testing.ts';
import { RUN_VARIABLE, type Shared, socketOf } from './ask-run.ts';
import { givenPostgres, startGivenPostgres } from './given-postgres.ts';
import { startTestRabbitmq } from './rabbitmq.ts';

/** Enough for a handful of servers with pools of their own beside the tests. */
const MAX_CONNECTIONS = 200;

/** Something that runs, and what tests are told of it. */
interface Started {
  address: unknown;
  stop(): Promise<void>;
}

/**
 * For vitest's `globalSetup`: one PostgreSQL and one RabbitMQ for the whole run. Each starts when the first test asks for it, so that a
 * run without one does not pay for it, and is stopped by the function that is returned.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await testFolder();
  // The answers hold passwords.
  await chmod(folder, 0o700);
  const ends = [
    await share(folder, 'postgres', async () => {
      const given = givenPostgres();
      const postgres =
        given === undefined
          ? await startTestPostgres({ maxConnections: MAX_CONNECTIONS })
          : await startGivenPostgres(given, MAX_CONNECTIONS);
      return { address: postgres.connection, stop: () => postgres.stop() };
    }),
    await share(folder, 'rabbitmq', startTestRabbitmq),
  ];
  process.env[RUN_VARIABLE] = folder;
  return async () => {
    for (const end of ends) await end();
    await rm(folder, { recursive: true, force: true });
  };
}

/** Starts it when the first test asks, and answers every test with its address. */
async function share(folder: string, what: Shared, start: () => Promise<Started>): Promise<() => Promise<void>> {
  let started: Promise<Started> | undefined;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    (started ??= start()).then(
      ({ address }) => client.end(JSON.stringify({ address })),
      (error: unknown) => client.end(JSON.stringify({ error: String(error) })),
    );
  });
  await new Promise<void>((resolve) => server.listen(socketOf(folder, what), resolve));
  return async () => {
    server.close();
    await started?.then(
      (it) => it.stop(),
      () => undefined,
    );
  };
}
