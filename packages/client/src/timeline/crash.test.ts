import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeClient, memoryStorage, next, startServer } from '../test/fixtures.ts';

test('an app that keeps its messages misses none, whenever it crashes', async () => {
  const server = await startServer();
  server.world.addUser('ana');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(8), { minLength: 1, maxLength: 6 }), async (lives) => {
      server.world.channels.clear();
      const { id, entries } = server.world.addChannel([1, 2]);
      let storage = memoryStorage();
      let kept = new Map<number, string>();
      for (const [life, entriesUntilCrash] of lives.entries()) {
        const client = makeClient(server, { storage });
        const disk = kept;
        const write = async (seq: number, text: string): Promise<void> => {
          await new Promise((resolve) => setImmediate(resolve));
          disk.set(seq, text);
        };
        client.on('entry', (entry) => write(entry.seq, entry.kind === 'message' ? entry.text : ''));
        client.on('reset', async (reset) => {
          for (const entry of reset.entries) await write(entry.seq, entry.kind === 'message' ? entry.text : '');
        });
        await client.connect();
        for (let i = 0; i < entriesUntilCrash; i += 1) {
          server.append(id, { kind: 'message', senderId: 2, clientId: crypto.randomUUID(), text: `${life}.${i}` });
          if (i % 2 === 0) await next(client, 'entry');
        }
        // The crash: both stores stay as they are at this moment.
        storage = memoryStorage(storage.values);
        kept = new Map(kept);
        await client.close();
      }
      const last = makeClient(server, { storage });
      last.on('entry', (entry) => kept.set(entry.seq, entry.kind === 'message' ? entry.text : ''));
      last.on('reset', (reset) =>
        reset.entries.forEach((entry) => kept.set(entry.seq, entry.kind === 'message' ? entry.text : '')),
      );
      await last.connect();
      const texts = [...kept].sort(([a], [b]) => a - b).map(([, text]) => text);
      expect(texts).toEqual(entries.map((entry) => (entry.kind === 'message' ? entry.text : '')));
      await last.close();
    }),
    { numRuns: 40 },
  );
});
