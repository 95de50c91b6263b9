import { expect, it } from 'vitest';
import { startTestServer } from '../testing/index.ts';
import { coreRelations } from './core-relations.ts';
import { nameFault } from './find.ts';

it('are those that the database has', async () => {
  const server = await startTestServer();
  const rows = await server.sql<{ name: string }[]>`
    select relname::text as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
    union select proname::text from pg_proc where pronamespace = current_schema()::regnamespace`;
  await server.stop();
  expect(rows.map(({ name }) => name).sort()).toEqual([...coreRelations].sort());
});

it('are no names of modules, nor are their first words', () => {
  for (const name of ['channel-events', 'channel', 'server', 'unread', 'messox', 'users'])
    expect(nameFault(name)).toBe('taken');
  for (const name of ['chann', 'serv', 'user', 'guestbook']) expect(nameFault(name)).toBeUndefined();
});
