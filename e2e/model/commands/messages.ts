import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { inOneOrder, messageOf, messagesOf, type ModelChannel } from '../channel.ts';
import type { Person, Real } from '../real.ts';
import type { Content, Place, Refused, World } from '../world.ts';
import { command, expectPlace, pickChannel, pickFrom, pickMessage, pickSeq } from './command.ts';

const pick = fc.nat(10_000);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((it) => !it.includes('\0')),
  fc.constantFrom('olá', '👨‍👩‍👧‍👦', 'é vs é', '\u202eabc', '"\\\n\u2028'),
);
const content = fc.record({
  text,
  reply: fc.option(pick, { freq: 4 }),
  meta: fc.option(fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), fc.constantFrom('x', '1', '')), { freq: 4 }),
});

const contentFor = (
  channel: ModelChannel,
  { meta, reply, text: said }: { text: string; reply: number | null; meta: Record<string, string> | null },
): Content => ({
  text: said,
  ...(reply === null ? {} : { replyTo: pickSeq(channel, reply) }),
  ...(meta === null ? {} : { meta: { ...meta } }),
});

/** Sends by the socket or over REST, as `bySocket` says, and holds the answer against the model. */
const sendAndCheck = async (
  world: World,
  real: Real,
  {
    bySocket,
    person,
    ...message
  }: { person: Person; channelId: number; clientId: string; content: Content; bySocket: boolean },
): Promise<void> => {
  const { channelId, clientId } = message;
  const outcome = world.send(person.id, channelId, clientId, message.content);
  const body = { clientId, ...message.content };
  const answer = bySocket
    ? await real.ask(person, 'message.send', { channelId, ...body })
    : await real.call(person, 'POST', `/channels/${channelId}/messages`, body);
  expectPlace(answer, outcome);
  if ('fault' in outcome) return;
  const entry = world.channel(channelId).log[outcome.seq - 1];
  const { duplicate, sentAt } = answer as { sentAt: string; duplicate?: true };
  expect(duplicate).toBe(outcome.duplicate);
  if (outcome.duplicate) expect(sentAt).toBe(entry?.sentAt);
  else if (entry) entry.sentAt = sentAt;
};

const send = fc.record({ by: pick, channel: pick, content, bySocket: fc.boolean() }).map((input) =>
  command('Send', input, async (world, real) => {
    const person = real.person(input.by);
    const channel = pickChannel(world, person, input.channel);
    const message = { channelId: channel.id, clientId: randomUUID(), content: contentFor(channel, input.content) };
    await sendAndCheck(world, real, { person, bySocket: input.bySocket, ...message });
  }),
);

/** The same `clientId` again: as it was sent, in another spelling, with other content, elsewhere, or by somebody else. */
const retry = fc
  .record({
    sent: pick,
    how: fc.constantFrom('same', 'same', 'upper case', 'text', 'channel', 'sender'),
    other: pick,
    bySocket: fc.boolean(),
  })
  .map((input) =>
    command(
      'RetrySameKey',
      input,
      async (world, real) => {
        const { bySocket, how } = input;
        // Often of somebody who is no longer in the channel: few of all are.
        const gone = world.sent.filter((it) => !world.channel(it.channelId).members.has(it.senderId));
        const first = pickFrom(input.sent % 3 === 0 && gone.length > 0 ? gone : world.sent, input.sent);
        const sender = real.people.find(({ id }) => id === first.senderId) ?? real.person(0);
        const person = how === 'sender' ? real.person(input.other) : sender;
        const channelId = how === 'channel' ? pickChannel(world, person, input.other).id : first.channelId;
        const said = how === 'text' ? { ...first.content, text: `${first.content.text}!` } : first.content;
        // A UUID is one whatever the case of its letters; the model keeps it as it is stored.
        const sendAs = how === 'upper case' ? first.clientId.toUpperCase() : first.clientId;
        if (how !== 'upper case')
          return sendAndCheck(world, real, { person, channelId, clientId: sendAs, content: said, bySocket });
        const outcome = world.send(person.id, channelId, first.clientId, said);
        expectPlace(await real.ask(person, 'message.send', { channelId, clientId: sendAs, ...said }), outcome);
      },
      (world) => world.sent.length > 0,
    ),
  );

const edit = fc.record({ by: pick, channel: pick, seq: pick, text, bySocket: fc.boolean() }).map((input) =>
  command('Edit', input, async (world, real) => {
    const person = real.person(input.by);
    const place = pickMessage(world, person, input, ({ deletedAt, senderId }) => senderId === person.id && !deletedAt);
    const outcome = world.edit(person.id, place, input.text);
    if (input.bySocket) {
      expectPlace(await real.ask(person, 'message.edit', { ...place, text: input.text }), outcome);
      return;
    }
    const path = `/channels/${place.channelId}/messages/${place.seq}`;
    await expectMessage(
      real,
      world.channel(place.channelId),
      place.seq,
      await real.call(person, 'PATCH', path, { text: input.text }),
      outcome,
    );
  }),
);

const remove = fc.record({ by: pick, channel: pick, seq: pick, bySocket: fc.boolean() }).map((input) =>
  command('Delete', input, async (world, real) => {
    const person = real.person(input.by);
    const place = pickMessage(world, person, input, ({ deletedAt, senderId }) => senderId === person.id && !deletedAt);
    const outcome = world.delete(person.id, place);
    if (input.bySocket) {
      expectPlace(await real.ask(person, 'message.delete', place), outcome);
      return;
    }
    const path = `/channels/${place.channelId}/messages/${place.seq}`;
    await expectMessage(
      real,
      world.channel(place.channelId),
      place.seq,
      await real.call(person, 'DELETE', path),
      outcome,
    );
  }),
);

/** A reaction of this person that is there, to take back. */
const ownReaction = (world: World, { id }: Person, pick: number): (Place & { emoji: string }) | undefined => {
  const own = world
    .channelsOf(id)
    .flatMap((channel) =>
      messagesOf(channel).flatMap(({ channelId, reactions = [], seq }) =>
        reactions.flatMap(({ emoji, userIds }) => (userIds.includes(id) ? [{ channelId, seq, emoji }] : [])),
      ),
    );
  return own.length === 0 ? undefined : pickFrom(own, pick);
};

const react = fc
  .record({
    by: pick,
    channel: pick,
    seq: pick,
    emoji: fc.constantFrom('👍', '❤️', '🎉', 'constructor'),
    wanted: fc.boolean(),
  })
  .map((input) =>
    command('React', input, async (world, real) => {
      // Mostly somebody takes back what is there, sometimes what is not.
      const aimed = input.seq % 4 > 0;
      const reactors = real.people.filter((it) => ownReaction(world, it, 0));
      const wanted = input.wanted || (aimed && reactors.length === 0);
      const person = wanted || !aimed ? real.person(input.by) : pickFrom(reactors, input.by);
      const there = wanted || !aimed ? undefined : ownReaction(world, person, input.seq);
      const target = there ?? {
        ...pickMessage(world, person, input, ({ deletedAt }) => !deletedAt),
        emoji: input.emoji,
      };
      const outcome = world.react(person.id, target, target.emoji, wanted);
      expectPlace(await real.ask(person, wanted ? 'reaction.add' : 'reaction.remove', target), outcome);
    }),
  );

/** REST answers a change with the message as it then stands. */
const expectMessage = async (
  real: Real,
  channel: ModelChannel,
  seq: number,
  answer: unknown,
  outcome: object,
): Promise<void> => {
  if ('fault' in outcome) {
    expect(answer).toEqual(outcome);
    return;
  }
  await real.learn();
  expect(inOneOrder(answer as never)).toEqual(inOneOrder(messageOf(channel, seq) as never));
};

const sends = fc.array(fc.record({ by: pick, channel: pick, text }), { minLength: 2, maxLength: 12 });

/** Many send at the same time, and a device comes back in the middle. The server decides the order. */
const burst = fc.record({ sends, device: fc.record({ by: pick, which: fc.nat(1) }) }).map((input) =>
  command('Burst', input, async (world, real) => {
    const { by, which } = input.device;
    const device = real.person(by).devices[which];
    await device?.disconnect();
    const back = device?.connect({ cursors: new Map(device.cursors) }, { exactly: false });
    const sent = await Promise.all(
      input.sends.map(async (it) => {
        const person = real.person(it.by);
        const channelId = pickFrom(world.channelsOf(person.id), it.channel).id;
        const clientId = randomUUID();
        const body = { clientId, text: it.text };
        const answer = await real.call(person, 'POST', `/channels/${channelId}/messages`, body);
        return {
          person,
          channelId,
          clientId,
          text: it.text,
          answer: answer as { seq: number; sentAt: string } | Refused,
        };
      }),
    );
    const stored = sent.flatMap(({ answer, ...of }) => ('fault' in answer ? [] : [{ ...of, ...answer }]));
    for (const { answer, channelId, clientId, person, text: said } of sent)
      if ('fault' in answer) expect(world.send(person.id, channelId, clientId, { text: said })).toEqual(answer);
    stored.sort((a, b) => a.channelId - b.channelId || a.seq - b.seq);
    for (const { channelId, clientId, person, sentAt, seq, text: said } of stored) {
      expect(world.send(person.id, channelId, clientId, { text: said })).toEqual({ channelId, seq });
      const entry = world.channel(channelId).log[seq - 1];
      if (entry) entry.sentAt = sentAt;
    }
    await back;
  }),
);

export const messageCommands = { send, retry, edit, remove, react, burst };
