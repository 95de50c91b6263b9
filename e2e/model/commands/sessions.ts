import fc from 'fast-check';
import { expect } from 'vitest';
import { head } from '../channel.ts';
import type { Device } from '../device.ts';
import type { Person, Real } from '../real.ts';
import type { World } from '../world.ts';
import { command, pickFrom } from './command.ts';

const pick = fc.nat(10_000);
const which = fc.nat(1);

const deviceOf = (real: Real, by: number, index: number): { device: Device; person: Person } => {
  const person = real.person(by);
  return { person, device: pickFrom(person.devices, index) };
};

/** A cursor of any kind for some of the channels, those of others among them. */
const anyCursors = (world: World, picks: readonly number[]): Map<number, number> => {
  const channels = [...world.channels.values()];
  return new Map(
    picks.map((it) => {
      const channel = pickFrom(channels, it);
      const seq = pickFrom([0, head(channel), head(channel) + 1 + (it % 3), it % (head(channel) + 1)], it >> 4);
      return [channel.id, seq];
    }),
  );
};

/** Ids that are nobody's channel. */
const madeUp = (picks: readonly number[]): [number, number][] =>
  picks.some((it) => it % 10 === 0) ? [[900_000_000_000, 7]] : [];

const disconnect = fc
  .record({ by: pick, which })
  .map((input) =>
    command('Disconnect', input, async (_, real) => deviceOf(real, input.by, input.which).device.disconnect()),
  );

const how = fc.constantFrom('own', 'own', 'own', 'any', 'nothing', 'other epoch', 'none');

const resume = fc.record({ by: pick, which, how, picks: fc.array(pick, { maxLength: 4 }) }).map((input) =>
  command('ResumeFrom', input, async (world, real) => {
    const { device, person } = deviceOf(real, input.by, input.which);
    await device.disconnect();
    const own = new Map(device.cursors);
    if (input.how === 'own') await device.connect({ cursors: own });
    else if (input.how === 'any')
      await device.connect({ cursors: new Map([...anyCursors(world, input.picks), ...madeUp(input.picks)]) });
    else if (input.how === 'nothing') await device.connect({ cursors: new Map() });
    else if (input.how === 'other epoch') await device.connect({ cursors: own, otherEpoch: true });
    else {
      // What such a client shows it has read over REST.
      for (const channel of world.channelsOf(person.id)) device.hold(await real.snapshot(person, channel));
      device.holdAccount(await real.accountSnapshot(person));
      await device.connect({ cursors: undefined });
    }
  }),
);

const sync = fc.record({ by: pick, which, picks: fc.array(pick, { maxLength: 4 }) }).map((input) =>
  command('Sync', input, async (world, real) => {
    const { device } = deviceOf(real, input.by, input.which);
    if (!device.isOnline) return;
    // While entries are on their way, a client says what it holds; anything else could be told from nothing.
    if (real.inStep) await device.sync(anyCursors(world, input.picks));
    else await device.sync(new Map(device.cursors), { exactly: false });
  }),
);

const ping = fc.record({ by: pick, which }).map((input) =>
  command('Ping', input, async (world, real) => {
    const { device, person } = deviceOf(real, input.by, input.which);
    if (!device.isOnline) return;
    const { heads = {}, serverTime } = (await device.ask('ping', {})) as {
      serverTime?: string;
      heads?: Record<string, number>;
    };
    expect(serverTime).toEqual(expect.any(String));
    if (real.inStep) expect(heads).toEqual({});
    for (const [channelId, seq] of Object.entries(heads))
      expect(seq, `the head of ${channelId} for ${person.id}`).toBeLessThanOrEqual(
        head(world.channel(Number(channelId))),
      );
  }),
);

export const sessionCommands = { disconnect, resume, sync, ping };
