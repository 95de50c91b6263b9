import type { TimelineEntry } from '@messox/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unexpected } from '../test/fixtures.ts';
import { World } from '../test/world.ts';
import { ResumePoint } from './resume-point.ts';
import { Timeline } from './timeline.ts';

/** A timeline that notes what it hands on, as `channel:seq`, `channel:=head` for a reset and `channel:gone`. */
const noting = (cursors: Record<number, number> = {}) => {
  const resume = new ResumePoint({ storage: undefined, onProblem: unexpected });
  for (const [channelId, cursor] of Object.entries(cursors)) resume.advance(Number(channelId), cursor, undefined);
  const noted: string[] = [];
  const note = (text: string): undefined => void noted.push(text);
  const timeline = new Timeline(resume, {
    entry: ({ channelId, seq }) => note(`${channelId}:${seq}`),
    reset: ({ channelId, head }) => note(`${channelId}:=${head}`),
    channelAdded: ({ channel }) => note(`${channel.id}:new`),
    channelRemoved: ({ channelId }) => note(`${channelId}:gone`),
  });
  return { timeline, resume, noted };
};

const entriesOf = (channels: number, length: number): TimelineEntry[] => {
  const world = new World();
  for (let i = 0; i < channels; i += 1) {
    const { id } = world.addChannel([1, 2]);
    for (let seq = 1; seq <= length; seq += 1) world.storeText(id, `${seq}`);
  }
  return [...world.channels.values()].flatMap(({ entries }) => entries);
};

test('whatever order entries come in, and however often, each is handed on once and in order', () => {
  const channels = 3;
  const entries = entriesOf(channels, 12);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...entries), { maxLength: 120 }), (arriving) => {
      const { timeline, noted, resume } = noting({ 1: 0, 2: 0, 3: 0 });
      for (const entry of arriving) timeline.entry(entry);
      for (let channelId = 1; channelId <= channels; channelId += 1) {
        const arrived = new Set(arriving.filter((entry) => entry.channelId === channelId).map(({ seq }) => seq));
        let whole = 0;
        while (arrived.has(whole + 1)) whole += 1;
        const own = noted.filter((text) => text.startsWith(`${channelId}:`));
        expect(own).toEqual(Array.from({ length: whole }, (_, index) => `${channelId}:${index + 1}`));
        expect(resume.cursors.get(channelId)).toBe(whole);
        expect(timeline.holes.includes(channelId)).toBe([...arrived].some((seq) => seq > whole));
      }
    }),
    { numRuns: 500 },
  );
});

test('a reset starts the channel at its head, and what waited behind the head follows', () => {
  const [one, two, three, four, five] = entriesOf(1, 5) as [
    TimelineEntry,
    TimelineEntry,
    TimelineEntry,
    TimelineEntry,
    TimelineEntry,
  ];
  const { timeline, noted } = noting({ 1: 0 });
  expect(timeline.entry(one)).toBe(true);
  expect(timeline.entry(five)).toBe(false);
  expect(timeline.entry(three)).toBe(false);
  timeline.reset({ channelId: 1, entries: [two, three, four], head: 4, reason: 'behind' });
  expect(noted).toEqual(['1:1', '1:=4', '1:5']);
  expect(timeline.holes).toEqual([]);
});

test('entries of a channel that was not told of wait for its reset, and are dropped when there is none', () => {
  const [one, two] = entriesOf(1, 2) as [TimelineEntry, TimelineEntry];
  const { timeline, noted } = noting();
  expect(timeline.entry(two)).toBe(false);
  timeline.reset({ channelId: 1, entries: [one], head: 1, reason: 'new' });
  expect(noted).toEqual(['1:=1', '1:2']);

  timeline.removed(1);
  expect(timeline.entry(two)).toBe(false);
  timeline.caughtUp();
  expect(timeline.holes).toEqual([]);
  expect(noted.at(-1)).toBe('1:gone');
});

test('what waits behind a hole is of its line: another life of the database may be at the end of the next', () => {
  const [one, two, three] = entriesOf(1, 3) as [TimelineEntry, TimelineEntry, TimelineEntry];
  const { timeline, noted } = noting({ 1: 0 });
  timeline.entry(three);
  timeline.lineLost();
  expect(timeline.holes).toEqual([]);
  timeline.entry(one);
  timeline.entry(two);
  expect(noted).toEqual(['1:1', '1:2']);
});

test('heads beyond what was seen, and heads of channels never heard of, say that something is missing', () => {
  const { timeline } = noting({ 1: 5 });
  expect(timeline.isBehind({})).toBe(false);
  expect(timeline.isBehind({ 1: 5 })).toBe(false);
  expect(timeline.isBehind({ 1: 6 })).toBe(true);
  expect(timeline.isBehind({ 2: 1 })).toBe(true);
});
