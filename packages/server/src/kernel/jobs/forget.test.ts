import { expect, it } from 'vitest';
import { startTestServer, testDatabase } from '../../testing/index.ts';

const patience = { timeout: 20_000 };

it('the kernel forgets revoked sessions and dead letters that are old enough, and no others', async () => {
  const database = await testDatabase();
  const { sql } = database;
  const first = await startTestServer({ database });
  await expect.poll(() => first.sql`select from jobs`, patience).toHaveLength(0);
  await first.stopServer();
  await sql`insert into revoked_sessions values ('old', now() - interval '25 hours'), ('new', now() - interval '23 hours')`;
  await sql`
    insert into dead_jobs (id, kind, payload, attempts, error, created_at, died_at)
    select gen_random_uuid(), kind, '{}', 1, '', now(), now() - age
    from (values ('old', interval '31 days'), ('new', interval '29 days')) as d (kind, age)`;
  await sql`delete from job_turns`;
  const second = await startTestServer({ database });
  await expect.poll(() => sql`select session_id from revoked_sessions`, patience).toEqual([{ session_id: 'new' }]);
  await expect.poll(() => sql`select kind from dead_jobs`, patience).toEqual([{ kind: 'new' }]);
  await second.stop();
});
