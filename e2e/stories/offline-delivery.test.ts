import { type Client, createClient } from '@messox/client';
import type { TimelineEntry } from '@messox/protocol';
import { startTestServer, type TestServer } from '@messox/server/testing';
import { afterEach, expect, it, vi } from 'vitest';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const serve = async (): Promise<TestServer> => {
  const server = await startTestServer();
  undo.push(() => server.stop());
  return server;
};

/** Somebody's phone or laptop, with what it shows. */
const device = (server: TestServer, name: string): { client: Client; shown: string[] } => {
  const timings = { reconnectBaseMs: 20, reconnectCapMs: 200 };
  const client = createClient({ url: server.url, clientName: name, timings });
  undo.push(() => client.close());
  const shown: string[] = [];
  const show = (entry: TimelineEntry): unknown => entry.kind === 'message' && shown.push(entry.text);
  client.on('entry', show);
  client.on('reset', ({ entries }) => {
    for (const entry of entries) show(entry);
  });
  return { client, shown };
};

const account = { username: 'bruno', password: 'the river at night' };

it("reaches Bruno's laptop at once and his phone when it is back", async () => {
  const server = await serve();
  const ana = device(server, "Ana's phone");
  const [phone, laptop] = [device(server, "Bruno's phone"), device(server, "Bruno's laptop")];
  await ana.client.register({ username: 'ana', password: 'a house by the sea' });
  const bruno = await phone.client.register(account);
  await laptop.client.login(account);
  await Promise.all([ana, phone, laptop].map(({ client }) => client.connect()));

  const { id: channelId } = await ana.client.api.openDirect(bruno.id);
  await ana.client.send({ channelId, text: 'Bom dia!' }).stored;
  await vi.waitFor(() => expect([phone.shown, laptop.shown]).toEqual([['Bom dia!'], ['Bom dia!']]));

  // The train enters a tunnel.
  await phone.client.close();
  for (const text of ['Estás aí?', 'Chego às nove.', 'Beijinhos 😘']) await ana.client.send({ channelId, text }).stored;
  await vi.waitFor(() => expect(laptop.shown).toHaveLength(4));
  expect(phone.shown).toEqual(['Bom dia!']);

  // On the phone Bruno writes without a connection; it goes out when the tunnel ends.
  const reply = phone.client.send({ channelId, text: 'No túnel…' });
  await phone.client.connect();
  await reply.stored;
  const everything = ['Bom dia!', 'Estás aí?', 'Chego às nove.', 'Beijinhos 😘', 'No túnel…'];
  for (const { shown } of [ana, phone, laptop]) await vi.waitFor(() => expect(shown).toEqual(everything));
});

it('folds edits, reactions and deletions into what a new device of Ana sees', async () => {
  const server = await serve();
  const ana = device(server, "Ana's phone");
  await ana.client.register({ username: 'ana', password: 'a house by the sea' });
  await ana.client.connect();
  const { id: channelId } = await ana.client.api.createGroup('Horta');
  const say = async (text: string): Promise<number> => (await ana.client.send({ channelId, text }).stored).seq;
  const [tomatoes, secret] = [await say('Plantei tomates'), await say('O portão está aberto')];
  await ana.client.edit({ channelId, seq: tomatoes, text: 'Plantei tomates e alface' });
  await ana.client.react({ channelId, seq: tomatoes, emoji: '🍅' });
  await ana.client.delete({ channelId, seq: secret });

  const { messages } = await ana.client.api.history(channelId);
  expect(messages).toMatchObject([
    { seq: tomatoes, text: 'Plantei tomates e alface', reactions: [{ emoji: '🍅', userIds: [ana.client.user?.id] }] },
    { seq: secret, text: '', deletedAt: expect.any(String) as string },
  ]);
  const [deleted] = await server.sql`select count(*) as n from messages where text like '%portão%'`;
  expect(Number(deleted?.n)).toBe(0);
});
