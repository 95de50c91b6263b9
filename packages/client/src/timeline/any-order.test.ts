import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClientEvents } from '../events.ts';
import { makeClient, next, startServer } from '../test/fixtures.ts';
import type { ScriptedServer } from '../test/scripted-server.ts';

/** What may go wrong between the server and the app with the next entry, or with the line. */
type Trouble =
  'none' | 'lost' | 'twice' | 'late' | 'cut' | 'tooSlow' | 'draining' | 'cut while catching up' | 'old again';
const troubles: fc.Arbitrary<{ trouble: Trouble; channel: number }> = fc.record({
  trouble: fc.constantFrom<Trouble[]>(
    'none',
    'none',
    'lost',
    'twice',
    'late',
    'old again',
    'cut',
    'tooSlow',
    'draining',
    'cut while catching up',
  ),
  channel: fc.nat(1),
});

/** Plays the script: every step is a new entry that meets this trouble. */
const play = async (
  server: ScriptedServer,
  script: readonly { trouble: Trouble; channel: number }[],
): Promise<void> => {
  const late: (() => void)[] = [];
  for (const { trouble, channel } of script) {
    const entry = server.world.storeText(channel + 1, trouble);
    const session = server.sessions.at(-1);
    if (!session?.live) continue;
    if (trouble === 'none') session.entry(entry);
    else if (trouble === 'twice') [entry, entry].forEach((again) => session.entry(again));
    else if (trouble === 'late') late.push(() => session.live && session.entry(entry));
    else if (trouble === 'old again')
      server.world
        .channel(channel + 1)
        .entries.slice(-3)
        .forEach((old) => session.entry(old));
    else if (trouble === 'cut' || trouble === 'cut while catching up') session.cut();
    else if (trouble !== 'lost') session.close(trouble);
    if (trouble !== 'late') late.splice(0).forEach((deliver) => deliver());
    // Some of it arrives in one piece, some in several.
    if (entry.seq % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
};

test('whatever happens on the way, the app sees every entry once and in order', async () => {
  const server = await startServer();
  server.heartbeatMs = 15;
  server.world.addUser('ana');
  await fc.assert(
    fc.asyncProperty(fc.array(troubles, { minLength: 1, maxLength: 30 }), async (script) => {
      server.world.channels.clear();
      const channels = [server.world.addChannel([1, 2]), server.world.addChannel([1, 2])];
      const cuts = script.filter(({ trouble }) => trouble === 'cut while catching up').length;
      let cutCatchUps = 0;
      server.onOp = (session, request) => {
        // An honest ping: the server counts as handed what it has sent, whatever became of it; here it knows better.
        if (request.op === 'ping') {
          const heads = Object.fromEntries(
            channels.flatMap(({ id, entries }) => (entries.length > 0 ? [[id, entries.length]] : [])),
          );
          session.reply(request, { serverTime: server.world.now(), heads });
          return true;
        }
        if (request.op !== 'sync' || cutCatchUps >= cuts) return false;
        cutCatchUps += 1;
        session.reply(request, {});
        server.catchUp(session, (request.data as { cursors: Record<string, number> }).cursors);
        session.cut();
        return true;
      };
      const client = makeClient(server);
      const seen = new Map<number, number[]>(channels.map(({ id }) => [id, []]));
      client.on('entry', ({ channelId, seq }) => seen.get(channelId)?.push(seq));
      // Both channels are known from the start: a reset would be a loss.
      const resets: ClientEvents['reset'][] = [];
      await client.connect();
      client.on('reset', (reset) => resets.push(reset));

      await play(server, script);
      const whole = channels.map(({ entries }) => entries.map(({ seq }) => seq));
      const isWhole = (): boolean => channels.every(({ id, entries }) => seen.get(id)?.length === entries.length);
      while (!isWhole()) await next(client, 'entry');
      expect([...seen.values()]).toEqual(whole);
      expect(resets).toEqual([]);
      await client.close();
    }),
    { numRuns: 60 },
  );
});
