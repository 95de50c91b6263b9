import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { loadMigrations, migrate } from '../kernel/database/migrations.ts';
import { openPool, type Sql } from '../kernel/database/pool.ts';
import type { JobsProcess } from '../ports/jobs.contract.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { spawnSource } from './spawn-source.test.fixture.ts';

/** A database with the tables of jobs. */
export const jobsDatabase = async (): Promise<{ database: TestDatabase; sql: Sql; stop: () => Promise<void> }> => {
  const database = await testDatabase();
  const sql = openPool(database.connection, { connections: 8, name: 'messox test' });
  const folder = new URL('../kernel/jobs/migrations/', import.meta.url);
  await migrate(sql, await loadMigrations([{ module: 'jobs', folder }]));
  const stop = async (): Promise<void> => {
    await sql.end({ timeout: 5 });
    await database.drop();
  };
  return { database, sql, stop };
};

/** Starts jobs-process.test.fixture.ts. */
export const spawnJobs = (options: object): JobsProcess => {
  const file = new URL('./jobs-process.test.fixture.ts', import.meta.url);
  const child = spawnSource(file, [JSON.stringify(options)]);
  if (child.stdout === null) throw new Error('The process has no output');
  const lines = createInterface({ input: child.stdout });
  const told: string[] = [];
  lines.on('line', (line) => told.push(line));
  const ended = once(child, 'exit');
  const closed = once(lines, 'close');
  return {
    begun: async () => {
      for (;;) {
        const line = told.shift();
        if (line !== undefined) return JSON.parse(line) as { kind: string; attempt: number };
        await Promise.race([once(lines, 'line'), closed.then(() => Promise.reject(new Error('The process ended')))]);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
};
