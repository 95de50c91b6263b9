import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { databaseProxy, startTestServer, testDatabase } from '../../testing/index.ts';
import { silentLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { Sender } from './sender.ts';

/** Ana and Bruno in a channel, and Ana's server, which reaches its database through the proxy. */
const setUp = async () => {
  const database = await testDatabase();
  const proxy = await databaseProxy(database.connection);
  const server = await startTestServer({ database, connection: async () => proxy.connection });
  onTestFinished(async () => {
    await server.stop();
    await proxy.close();
  });
  const [ana, bruno] = [await server.user(), await server.user()];
  const group = { kind: 'group', name: 'Feira', memberIds: [bruno.id] };
  const channelId = ((await ana.call('POST', '/api/v1/channels', group)).body as { id: number }).id;
  const [hers, his] = [await ana.socket(), await bruno.socket()];
  await hers.hello({ token: ana.accessToken });
  await his.hello({ token: bruno.accessToken });
  return { channelId, hers, his, proxy };
};

// Without being told, the gateway would find out at its next look at all channels, which is later than these tests wait.
describe('what was committed when the answer of the database was lost', () => {
  it('is told to the others when it is a message', async () => {
    const { channelId, hers, his, proxy } = await setUp();
    await hers.send(channelId, 'first');
    proxy.loseAnswer('the lost one', 'SELECT ');
    const { seq } = await hers.send(channelId, 'the lost one');
    await his.event('timeline.entry', (entry) => entry.seq === seq && entry.text === 'the lost one');
    expect(his.entries(channelId).map((entry) => entry.text)).toEqual(['first', 'the lost one']);
  });

  it('is told to the others when it is a change', async () => {
    const { channelId, hers, his, proxy } = await setUp();
    const { seq } = await hers.send(channelId, 'first');
    proxy.loseAnswer('other words', 'COMMIT');
    const { error } = await hers.request('message.edit', { channelId, seq, text: 'other words' });
    expect(error?.code).toBe('unavailable');
    await his.event('timeline.entry', ({ kind, text }) => kind === 'message.edited' && text === 'other words');
  });
});

describe('a sender', () => {
  const message = () => ({
    channelId: 1,
    senderId: 1,
    clientId: crypto.randomUUID(),
    text: 'Oi',
    replyTo: null,
    meta: null,
  });
  const make = (unsafe: (...words: unknown[]) => Promise<unknown>, onStored: () => void = () => undefined) =>
    new Sender({
      sql: { unsafe } as never,
      apartSql: { unsafe } as never,
      log: silentLog(),
      metrics: createMetrics(),
      queue: 1_000,
      queueBytes: 1e8,
      batch: 256,
      patienceMs: 200,
      onStored,
    });

  it.each(['CONNECTION_CLOSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EAGAIN', '53100'])(
    'says that the outcome is unknown, of all sends together, while the database cannot be reached (%s)',
    async (code) => {
      const unsafe = vi.fn(async () => Promise.reject(Object.assign(new Error(code), { code })));
      const sender = make(unsafe);
      const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => sender.send(message())));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'unavailable' } });
      expect(unsafe.mock.calls.length).toBeLessThan(20);
    },
  );

  it('acknowledges what is stored, whatever becomes of handing it on', async () => {
    const stored = { ord: 0, member: true, reply_ok: true, seq: 1, sent_at: new Date() };
    const sender = make(
      async () => [stored],
      () => {
        throw new Error('nobody listens');
      },
    );
    expect(await sender.send(message())).toMatchObject({ seq: 1, duplicate: false });
    expect(await sender.send(message())).toMatchObject({ seq: 1 });
  });
});
