// A process that works on jobs, for tests that kill it. It tells each attempt that it begins as a line of JSON;
// `test.hang` never ends, and `test.kill` ends the process as the kernel would.
import { openPool } from '../kernel/database/pool.ts';
import type { JobLimits } from '../ports/jobs.ts';
import { postgresJobs } from '../adapters/jobs-postgres.ts';
import { rabbitmqJobs } from '../adapters/jobs-rabbitmq.ts';
import { silentLog } from '../kernel/log.ts';

const { amqpUrl, connection, limits } = JSON.parse(process.argv[2] ?? '') as {
  amqpUrl?: string;
  connection: Parameters<typeof openPool>[0];
  limits: JobLimits;
};
const openJobs = amqpUrl === undefined ? postgresJobs : rabbitmqJobs(amqpUrl);
const sql = openPool(connection, { connections: 2, name: 'jobs process' });
const jobs = openJobs({ sql, limits, log: silentLog() });
await jobs.work({
  run: async ({ attempt, kind }) => {
    await new Promise((resolve) => process.stdout.write(`${JSON.stringify({ attempt, kind })}\n`, resolve));
    if (kind === 'test.kill') process.kill(process.pid, 'SIGKILL');
    if (kind === 'test.kill' || kind === 'test.hang') await new Promise(() => undefined);
  },
  onRetry: () => undefined,
  onDead: () => undefined,
});
