import postgres from 'postgres';
import { expect, it } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';
import { createServerLog } from './log.ts';
import { newCluster, PASSWORD } from './new-folder.test.fixture.ts';

it('holds the SQLSTATE of a failed statement but nothing that people wrote', async () => {
  const log: string[] = [];
  const server = await startEmbeddedPostgres({
    dataDir: await newCluster(),
    password: PASSWORD,
    onLog: (line) => log.push(line),
  });
  const sql = postgres({ ...server.connection, max: 1, onnotice: () => undefined });
  const secret = 'segredo\nde Ana';
  await expect(sql`select ${secret}::text::int`).rejects.toMatchObject({ code: '22P02' });
  await expect(sql`select ${sql.unsafe(`'${secret}'`)} from nowhere`).rejects.toMatchObject({ code: '42P01' });
  await sql`create temp table said (body text primary key)`;
  await sql`insert into said values (${secret})`;
  await expect(sql`insert into said values (${secret})`).rejects.toMatchObject({ code: '23505' });
  await sql.unsafe(`do $$ begin raise warning 'segredo'; end $$`);
  await expect(sql.unsafe(`do $$ begin raise exception 'segredo'; end $$`)).rejects.toMatchObject({ code: 'P0001' });
  await sql.end();
  const stranger = postgres({ ...server.connection, password: 'guess', max: 1 });
  await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' });
  await stranger.end();
  await server.stop();
  const text = log.join('\n');
  expect(text).not.toMatch(/segredo|Ana/);
  for (const state of ['22P02', '42P01', '23505', '01000', 'P0001']) {
    expect(text).toMatch(new RegExp(`${state} client backend: (ERROR|WARNING): {2}\\(text withheld\\)`));
  }
  expect(text).toContain('password authentication failed');
});

it('keeps what PostgreSQL says of the system, and of that the latest lines', () => {
  const shown: string[] = [];
  const log = createServerLog((line) => shown.push(line));
  const full =
    '2026-01-02 03:04:05.678 UTC [7] 53100 client backend: ERROR:  could not extend file: No space left on device';
  const checkpoint =
    '2026-01-02 03:04:05.678 UTC [8] 42501 checkpointer: ERROR:  could not open file: Permission denied';
  log.add(full);
  log.add('\tof more than one line');
  log.add(checkpoint);
  expect(shown).toEqual([full, '\tof more than one line', checkpoint]);
  for (let line = 1; line <= 30; line++) log.add(`line ${line}`);
  expect(log.tail().split('\n')).toHaveLength(20);
  expect(log.tail()).toMatch(/line 30$/);
});
