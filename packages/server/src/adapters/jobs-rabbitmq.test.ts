import { beforeEach } from 'vitest';
import { silentLog } from '../kernel/log.ts';
import { jobsContract } from '../ports/jobs.contract.ts';
import { rabbitmqMissing, testVhost } from '../testing/index.ts';
import { jobsDatabase, spawnJobs } from '../testing/jobs-under-test.test.fixture.ts';
import { rabbitmqJobs } from './jobs-rabbitmq.ts';

beforeEach(({ skip }) => {
  const missing = rabbitmqMissing();
  skip(missing !== undefined, missing);
});

jobsContract('rabbitmq', async () => {
  const [{ database, sql, stop }, vhost] = await Promise.all([jobsDatabase(), testVhost()]);
  return {
    sql,
    open: async (limits) => rabbitmqJobs(vhost.url)({ sql, limits, log: silentLog() }),
    spawn: (limits) => spawnJobs({ connection: database.connection, amqpUrl: vhost.url, limits }),
    stop: async () => {
      await Promise.all([stop(), vhost.drop()]);
    },
  };
});
