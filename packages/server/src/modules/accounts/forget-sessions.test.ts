import { expect, it } from 'vitest';
import { startTestServer, testDatabase } from '../../testing/index.ts';

const patience = { timeout: 20_000 };

it('sessions are forgotten some time after they ended, by themselves or by somebody', async () => {
  const database = await testDatabase();
  const { sql } = database;
  const first = await startTestServer({ database });
  const ana = await first.user('ana');
  await expect.poll(() => sql`select from jobs`, patience).toHaveLength(0);
  await first.stopServer();
  const put = (id: string, seen: string, ends: string, ended: string | null) => sql`
    insert into sessions (id, user_id, client, seen_at, ends_at, ended_at)
    values (${id}, ${ana.id}, '', now() + ${seen}::interval, now() + ${ends}::interval, now() + ${ended}::interval)`;
  await put('ended long ago', '-31 days', '1 day', '-31 days');
  await put('ended', '-40 days', '1 day', '-29 days');
  await put('over long ago', '-1 day', '-31 days', null);
  await put('over', '-1 day', '-29 days', null);
  await put('unused long ago', '-61 days', '1 day', null);
  await put('unused', '-59 days', '1 day', null);
  // More than are deleted by one statement.
  await sql`
    insert into sessions (id, user_id, client, seen_at, ends_at, ended_at)
    select 'bulk ' || n, ${ana.id}, '', now(), now(), now() - interval '32 days' from generate_series(1, 2500) as n`;
  await sql`delete from job_turns`;
  const second = await startTestServer({ database });
  const named = async () =>
    (await sql<{ id: string }[]>`select id from sessions where id like '% %' or id ~ '^[a-z]+$' order by id`).map(
      ({ id }) => id,
    );
  await expect.poll(named, patience).toEqual(['ended', 'over', 'unused']);
  expect((await second.call('GET', '/api/v1/users/me', undefined, ana.accessToken)).status).toBe(200);
  await second.stop();
});
