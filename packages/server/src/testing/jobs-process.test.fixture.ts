// A process that works on jobs, for tests that kill it. It tells each attempt that it begins as a line of JSON;
// `test.hang` never ends, and `test.kill` ends the process as the kernel would.
import { openPool } from '../kernel/database/pool.ts';
import type { JobLimits } from '../ports/jobs.ts';
import { postgresJobs } from '../adapters/jobs-postgres.ts';

const { connection, limits } = JSON.parse(process.argv[2] ?? '') as {
  connection: Parameters<typeof openPool>[0];
  limits: JobLimits;
};
const jobs = postgresJobs({ sql: openPool(connection, { connections: 2, name: 'jobs process' }), limits });
await jobs.work({
  run: async ({ attempt, kind }) => {
    await new Promise((resolve) => process.stdout.write(`${JSON.stringify({ attempt, kind })}\n`, resolve));
    if (kind === 'test.kill') process.kill(process.pid, 'SIGKILL');
    if (kind === 'test.kill' || kind === 'test.hang') await new Promise(() => undefined);
  },
  onRetry: () => undefined,
  onDead: () => undefined,
  onTrouble: (error, doing) => process.stderr.write(`${doing}: ${String(error)}\n`),
});
