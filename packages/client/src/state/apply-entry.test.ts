import type { TimelineEntry } from '@messox/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageAsItStands, snapshotOf, timelines } from '../test/channel-model.ts';
import { addHistory, applyEntry, stateOfReset } from './apply-entry.ts';
import { channelState } from './channel-state.ts';

const cut = fc.nat(40);
/** Members in an order of no meaning. */
const plain = (state: ReturnType<typeof channelState>) => ({
  ...state,
  members: state.members && [...state.members].sort(([a], [b]) => a - b),
});

test('a snapshot with the entries after it applied is a fresh snapshot, for every kind of entry', () => {
  fc.assert(
    fc.property(timelines, cut, (entries, at) => {
      const start = channelState(snapshotOf(entries.slice(0, at)));
      const end = entries.slice(at).reduce(applyEntry, start);
      expect(plain(end)).toEqual(plain(channelState(snapshotOf(entries))));
    }),
    { numRuns: 500 },
  );
});

test('it makes no difference when a message comes with later changes in it already', () => {
  fc.assert(
    fc.property(timelines, cut, (entries, at) => {
      // A catch-up reads messages as they now stand, and sends the changes after them all the same.
      const asRead = entries.map((entry) => (entry.kind === 'message' ? messageAsItStands(entry, entries) : entry));
      const start = channelState(snapshotOf(entries.slice(0, at)));
      const end = asRead.slice(at).reduce(applyEntry, start);
      expect(plain(end)).toEqual(plain(channelState(snapshotOf(entries))));
    }),
    { numRuns: 500 },
  );
});

test('an entry that is in already changes nothing, and neither does one of another channel', () => {
  fc.assert(
    fc.property(timelines, fc.nat(40), (entries, pick) => {
      const state = channelState(snapshotOf(entries));
      const entry = entries[pick % entries.length] ?? expect.fail('no entry');
      expect(applyEntry(state, entry)).toBe(state);
      expect(applyEntry(state, { ...entry, channelId: 2, seq: entries.length + 1 })).toBe(state);
    }),
  );
});

test('a page of history fits in, whether it was read before or after the newest entries', () => {
  fc.assert(
    fc.property(timelines, cut, cut, cut, cut, cut, (entries, overlap, ...cuts) => {
      const [windowAt, stateAt, readAt, putAt] = startsThenAnyTwo(cuts, entries.length);
      const at = (seq: number) => snapshotOf(entries.slice(0, seq));
      const page = { messages: at(readAt).messages.filter(({ seq }) => seq <= windowAt + overlap), head: readAt };
      const window = at(stateAt).messages.filter(({ seq }) => seq > windowAt);
      const opened = channelState({ ...at(stateAt), messages: window });
      const before = entries.slice(stateAt, putAt).reduce(applyEntry, opened);
      const after = entries.slice(putAt).reduce(applyEntry, addHistory(before, page));
      expect(plain(after)).toEqual(plain(channelState(at(entries.length))));
    }),
    { numRuns: 1_000 },
  );
});

/** The window begins, then the state is taken, then (either first) the page is read there and put in here. */
const startsThenAnyTwo = (cuts: readonly number[], length: number): [number, number, number, number] => {
  const [a = 0, b = 0, c = 0, d = 0] = cuts.map((seq) => Math.min(seq, length));
  const [window, state] = [Math.min(a, b), Math.max(a, b)];
  return [window, state, Math.max(state, c), Math.max(state, d)];
};

test('a reset starts a state: its own messages as they stand, changes to older ones kept for their page', () => {
  fc.assert(
    fc.property(timelines, cut, (entries, at) => {
      const from = Math.min(at, entries.length);
      const asRead = entries.map((entry) => (entry.kind === 'message' ? messageAsItStands(entry, entries) : entry));
      const state = stateOfReset({ channelId: 1, entries: asRead.slice(from), head: entries.length, reason: 'new' });
      const whole = channelState(snapshotOf(entries));
      expect(state.seq).toBe(entries.length);
      expect(state.messages).toEqual(whole.messages.filter(({ seq }) => seq > from));
      const page = { messages: whole.messages.filter(({ seq }) => seq <= from), head: entries.length };
      expect(addHistory(state, page).messages).toEqual(whole.messages);
    }),
  );
});

test('entries of an unknown kind only take their place', () => {
  const state = channelState({ channelId: 1, head: 4 });
  const entry = { channelId: 1, seq: 5, kind: 'poll.opened', senderId: 1, sentAt: '2024-01-01T00:00:00.000Z' };
  expect(applyEntry(state, entry as unknown as TimelineEntry)).toEqual({ ...state, seq: 5 });
});
