// A process that starts as messox-server does, with one module whose migrations are in a folder. It tells what happens by its log.
import { pathToFileURL } from 'node:url';
import { memoryBus } from '../adapters/bus-memory.ts';
import { postgresJobs } from '../adapters/jobs-postgres.ts';
import type { DatabaseAddress } from '../kernel/database/pool.ts';
import { createLog } from '../kernel/log.ts';
import { defineModule } from '../kernel/module.ts';
import { startServer } from '../kernel/server.ts';
import { settingsSchema } from '../settings.ts';
import { waitForDatabase } from './wait-for-database.ts';

const { database, folder } = JSON.parse(process.argv[2] ?? '') as { database: DatabaseAddress; folder: string };
const slow = defineModule({
  name: 'slow',
  migrations: pathToFileURL(`${folder}/`),
  setup: (host) => {
    host.describe('user', () => Promise.resolve(undefined));
    host.describe('channels', () => Promise.resolve(new Map()));
  },
});
const log = createLog({ level: 'info', destination: process.stdout });
const server = await waitForDatabase(
  () =>
    startServer({
      settings: settingsSchema([slow]).parse({ server: { port: 0 }, database: { connections: 2 } }),
      modules: [slow],
      database,
      bus: memoryBus(() => undefined),
      jobs: postgresJobs,
      tokenKey: 'a key for tests only, of more than 32 characters',
      log,
      version: '0.0.0-test',
    }),
  { log, signal: new AbortController().signal, pausesMs: [100, 500] },
);
process.once('SIGTERM', () => void server.stop());
log.info('ready');
