import { silentLog } from '../kernel/log.ts';
import { jobsContract } from '../ports/jobs.contract.ts';
import { postgresJobs } from './jobs-postgres.ts';
import { jobsDatabase, spawnJobs } from '../testing/jobs-under-test.test.fixture.ts';

jobsContract('postgres', async () => {
  const { database, sql, stop } = await jobsDatabase();
  return {
    sql,
    open: async (limits) => postgresJobs({ sql, limits, log: silentLog() }),
    spawn: (limits) => spawnJobs({ connection: database.connection, limits }),
    stop,
  };
});
