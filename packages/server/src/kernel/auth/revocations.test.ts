import { afterEach, expect, it, vi } from 'vitest';
import { startTestServer, testDatabase } from '../../testing/index.ts';
import { openPool } from '../database/pool.ts';
import { silentLog } from '../log.ts';
import { followRevocations, revokeSessions } from './revocations.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

it('hears of sessions that end, and ends itself, though the connection that tells it is deaf', async () => {
  // Its migrations make the tables.
  const database = await testDatabase();
  const server = await startTestServer({ database });
  undo.push(() => server.stop());
  const sql = openPool(database.connection, { connections: 1, name: 'messox test revocations' });
  undo.push(() => sql.end({ timeout: 1 }));
  const revocations = await followRevocations(sql, silentLog(), { againMs: 50 });
  const [listener] = await database.sql<{ pid: number }[]>`
    select pid from pg_stat_activity where application_name = 'messox test revocations' and query ilike 'listen%'`;
  const pid = listener?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  undo.push(async () => process.kill(pid, 'SIGCONT'));
  const heard: string[] = [];
  revocations.onRevoked((sessionId) => heard.push(sessionId));
  await revokeSessions(database.sql, ['a session']);
  await vi.waitFor(() => expect(heard).toEqual(['a session']));
  expect(revocations.has('a session')).toBe(true);
  await revocations.stop();
});
