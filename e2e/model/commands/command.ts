import type { MessageEntry } from '@messox/protocol';
import type fc from 'fast-check';
import { expect } from 'vitest';
import { messagesOf, type ModelChannel } from '../channel.ts';
import type { Person, Real } from '../real.ts';
import type { Outcome, Place, Refused, World } from '../world.ts';

export type Command = fc.AsyncCommand<World, Real>;

/** One step: what is done to the server and to the model, and then everything that must hold after it. */
export const command = (
  name: string,
  input: object,
  run: (world: World, real: Real) => Promise<void>,
  canRun: (world: Readonly<World>) => boolean = () => true,
): Command => ({
  check: (world) => canRun(world),
  run: async (world, real) => {
    await run(world, real);
    await real.settle();
  },
  toString: () => `${name}(${JSON.stringify(input)})`,
});

export const pickFrom = <T>(those: readonly T[], pick: number): T => {
  const it = those[pick % those.length];
  if (it === undefined) throw new Error('There is nothing to pick from');
  return it;
};

/** Any channel of the model; mostly one that the person is in. */
export const pickChannel = (world: World, person: Person, pick: number): ModelChannel => {
  const own = world.channelsOf(person.id);
  return pick % 8 === 0 ? pickFrom([...world.channels.values()], pick >> 3) : pickFrom(own, pick >> 3);
};

/** Mostly the seq of a message, sometimes of anything else, and of nothing. */
export const pickSeq = ({ log }: ModelChannel, pick: number): number => {
  const messages = log.filter(({ kind }) => kind === 'message');
  return pick % 8 === 0 || messages.length === 0 ? (pick % (log.length + 2)) + 1 : pickFrom(messages, pick >> 3).seq;
};

/** Mostly a message that the person may do this to, sometimes any place at all. */
export const pickMessage = (
  world: World,
  person: Person,
  { channel, seq }: { readonly channel: number; readonly seq: number },
  suits: (message: MessageEntry) => boolean,
): Place => {
  const those = world.channelsOf(person.id).flatMap((it) => messagesOf(it).filter(suits));
  if (seq % 4 > 0 && those.length > 0) {
    const message = pickFrom(those, seq >> 2);
    return { channelId: message.channelId, seq: message.seq };
  }
  const any = pickChannel(world, person, channel);
  return { channelId: any.id, seq: pickSeq(any, seq) };
};

/** Mostly a group that the person governs, sometimes any channel. */
export const pickOwned = (world: World, person: Person, pick: number): ModelChannel => {
  const owned = world
    .channelsOf(person.id)
    .filter((it) => it.kind === 'group' && it.members.get(person.id) === 'owner');
  return pick % 4 > 0 && owned.length > 0 ? pickFrom(owned, pick >> 2) : pickChannel(world, person, pick);
};

/** Whether an answer is what the model says: the refusal, or the place. */
export const expectPlace = (answer: unknown, outcome: Outcome): void => {
  if ('fault' in outcome) expect(answer).toEqual(outcome);
  else expect(answer).toMatchObject({ channelId: outcome.channelId, seq: outcome.seq });
};

export const expectDone = (answer: unknown, refusal: Refused | undefined): void => {
  if (refusal) expect(answer).toEqual(refusal);
  else expect(answer ?? {}).not.toHaveProperty('fault');
};
