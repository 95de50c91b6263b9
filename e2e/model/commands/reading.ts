import type { MessageEntry } from '@messox/protocol';
import fc from 'fast-check';
import { expect } from 'vitest';
import { head, inOneOrder, messagesOf } from '../channel.ts';
import { command, expectDone, pickChannel } from './command.ts';

const pick = fc.nat(10_000);

const markRead = fc.record({ by: pick, channel: pick, seq: pick }).map((input) =>
  command('MarkRead', input, async (world, real) => {
    const person = real.person(input.by);
    const channel = pickChannel(world, person, input.channel);
    // Beyond the head, too.
    const place = { channelId: channel.id, seq: (input.seq % (head(channel) + 3)) + 1 };
    const refusal = world.markRead(person.id, place);
    expectDone(await real.ask(person, 'read.mark', place), refusal);
    if (!refusal) await real.expectRead(person, channel);
  }),
);

const fetchPage = fc
  .record({
    by: pick,
    channel: pick,
    end: fc.constantFrom('newest', 'before', 'after'),
    seq: pick,
    limit: fc.integer({ min: 1, max: 8 }),
  })
  .map((input) =>
    command('FetchPage', input, async (world, real) => {
      const person = real.person(input.by);
      const channel = pickChannel(world, person, input.channel);
      const { end, limit } = input;
      const seq = (input.seq % (head(channel) + 3)) + (end === 'before' ? 1 : 0);
      const query = end === 'newest' ? `limit=${limit}` : `limit=${limit}&${end}=${seq}`;
      const answer = await real.call(person, 'GET', `/channels/${channel.id}/messages?${query}`);
      if (!channel.members.has(person.id)) {
        expect(answer).toEqual({ fault: 'channel_not_found' });
        return;
      }
      const all = messagesOf(channel).map(inOneOrder);
      const before = all.filter((message) => end !== 'before' || message.seq < seq).slice(-limit);
      const wanted = end === 'after' ? all.filter((message) => message.seq > seq).slice(0, limit) : before;
      const page = answer as { messages: MessageEntry[]; head: number };
      expect({ ...page, messages: page.messages.map(inOneOrder) }).toEqual({ messages: wanted, head: head(channel) });
    }),
  );

const takeSnapshot = fc.record({ by: pick, channel: pick }).map((input) =>
  command('TakeSnapshot', input, async (world, real) => {
    const person = real.person(input.by);
    const channel = pickChannel(world, person, input.channel);
    if (channel.members.has(person.id)) await real.takeSnapshot(person, channel);
  }),
);

export const readingCommands = { markRead, fetchPage, takeSnapshot };
