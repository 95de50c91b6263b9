import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { makeClient, memoryStorage, startServer } from '../test/fixtures.ts';

/** What happens to the next `message.send` that reaches the server. */
const fates = [
  'stored',
  'stored',
  'stored',
  'refused',
  'slowed',
  'cut before',
  'cut after',
  'closed after',
  'crash',
] as const;
type Fate = (typeof fates)[number];

const messages = fc.array(fc.record({ channel: fc.nat(2), fate: fc.constantFrom<Fate[]>(...fates) }), {
  minLength: 1,
  maxLength: 25,
});

test('whatever happens to sends, each is stored once, and those of a channel in the order of writing', async () => {
  const server = await startServer();
  server.world.addUser('ana');
  await fc.assert(
    fc.asyncProperty(messages, async (script) => {
      server.world.channels.clear();
      const channels = [1, 2, 3].map(() => server.world.addChannel([1, 2]));
      const left = script.map(({ fate }) => fate);
      let storage = memoryStorage();
      let client = makeClient(server, { storage });
      /** Done when the present life of the program has begun. */
      let life: Promise<void> | undefined;
      const nextLife = async (): Promise<void> => {
        // As after a crash: what is stored is what was stored at that moment.
        storage = memoryStorage(storage.values);
        await client.close();
        client = makeClient(server, { storage });
        await client.connect();
        life = undefined;
      };

      server.onOp = (session, request) => {
        if (request.op !== 'message.send') return false;
        const fate = left.shift() ?? 'stored';
        if (fate === 'stored') return false;
        if (fate === 'refused') session.refuse(request, 'overloaded');
        else if (fate === 'slowed') session.refuse(request, 'rate_limited', { retryAfterMs: 1 });
        else if (fate === 'cut before') session.cut();
        else {
          server.keepMessage(session, request);
          if (fate === 'closed after') session.close('tooSlow');
          else session.cut();
          if (fate === 'crash') life ??= nextLife();
        }
        return true;
      };

      script.forEach(({ channel }, index) => client.send({ channelId: channel + 1, text: `${index}` }));
      void client.connect();
      await vi.waitFor(
        async () => {
          await life;
          expect(client.unsent()).toEqual([]);
        },
        { interval: 2, timeout: 10_000 },
      );
      const written = channels.map(({ id }) =>
        script.flatMap(({ channel }, index) => (channel + 1 === id ? [`${index}`] : [])),
      );
      const stored = channels.map(({ entries }) =>
        entries.map((entry) => (entry.kind === 'message' ? entry.text : '')),
      );
      expect(stored).toEqual(written);
      await client.close();
    }),
    { numRuns: 60 },
  );
});
