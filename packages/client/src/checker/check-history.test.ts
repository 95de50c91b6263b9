import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { corruptions, goodHistory, lastSession, text } from '../test/corruptions.ts';
import { randomHistory } from '../test/random-history.ts';
import { checkHistory, type HistoryRecord, type Invariant, invariants } from './index.ts';

const named = (records: readonly HistoryRecord[]): Invariant[] => [
  ...new Set(checkHistory(records).map(({ invariant }) => invariant)),
];

describe('checkHistory', () => {
  test('finds nothing wrong with a history in which all is right', () => {
    expect(checkHistory(goodHistory())).toEqual([]);
    expect(checkHistory(goodHistory().reverse())).toEqual([]);
    expect(checkHistory([])).toEqual([]);
  });

  test.each(corruptions)('names it when %s', (_what, invariant, corrupt) => {
    const violations = checkHistory(corrupt(goodHistory()));
    const found = violations.filter((violation) => violation.invariant === invariant);
    expect(found.length, JSON.stringify(named(corrupt(goodHistory())))).toBeGreaterThan(0);
    for (const { message, records } of violations) {
      expect(message).toMatch(/^\S.*\.$/);
      expect(records.length).toBeGreaterThan(0);
    }
  });

  test('every invariant is named by some corruption', () => {
    expect(new Set(corruptions.map(([, invariant]) => invariant))).toEqual(new Set(Object.keys(invariants)));
  });

  test('is right about any history in which all is right, and sees any one delivery that is taken out of it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, pick) => {
        const records = randomHistory(seed, 60);
        expect(checkHistory(records)).toEqual([]);
        const received = records.filter((record) => record.type === 'recv');
        const lost = received[pick % Math.max(1, received.length)];
        // What follows shows the gap, unless the session was taken out of the channel or started anew.
        const next = records.find((it) => 'session' in it && it.session === lost?.session && it.at > lost.at);
        if (lost && next?.type === 'recv')
          expect(named(records.filter((record) => record !== lost))).toContain('delivery');
      }),
      { numRuns: 200 },
    );
  });

  test('knows who owns a group that its owner left', () => {
    const place = { channelId: 7, sentAt: '2025-01-01T00:00:00.000Z', senderId: 1 };
    const history = (left: { readonly newOwnerId?: number }, role: 'owner' | 'member'): HistoryRecord[] => [
      {
        type: 'timeline',
        at: 1,
        channelId: 7,
        entries: [
          { ...place, seq: 1, kind: 'member.joined', userId: 1, role: 'owner' },
          { ...place, seq: 2, kind: 'member.joined', userId: 2, role: 'member' },
          { ...place, seq: 3, kind: 'member.left', userId: 1, ...left },
        ],
      },
      { type: 'snapshot', at: 2, channelId: 7, head: 3, messages: [], members: [{ id: 2, role }] },
    ];
    expect(named(history({ newOwnerId: 2 }, 'owner'))).toEqual([]);
    expect(named(history({}, 'owner'))).toEqual(['state']);
    expect(named(history({ newOwnerId: 2 }, 'member'))).toEqual(['state']);
  });

  test('tells of one invariant so often and no more', () => {
    const lossy = goodHistory().filter(({ type }) => type !== 'recv');
    const count = (most?: number): number =>
      checkHistory(lossy, most === undefined ? {} : { most }).filter(({ invariant }) => invariant === 'delivery')
        .length;
    expect(count(1)).toBe(1);
    expect(count()).toBeGreaterThan(1);
  });

  test('gives what was on its way at a removal its time', () => {
    const at = (type: string) => (record: HistoryRecord) => record.type === type;
    const records = goodHistory().filter((record) => !at('removed')(record));
    const late = records.findIndex(
      (record) => record.type === 'recv' && record.entry.seq === 10 && record.session !== lastSession(),
    );
    expect(late).toBeGreaterThan(0);
    const moved = records.map((record) =>
      record.type === 'recv' && record.entry.seq === 10 ? { ...record, at: record.at + 5_000 } : record,
    );
    const membership = (lagMs: number): boolean =>
      checkHistory(moved, { lagMs }).some(({ invariant }) => invariant === 'membership');
    expect(membership(6_000)).toBe(false);
    expect(membership(1_000)).toBe(true);
  });

  test.each<[string, readonly HistoryRecord[]]>([
    ['The call x ends before it is made', [{ type: 'ok', at: 1, call: 'x' }]],
    ['The session s was never opened', [{ type: 'ready', at: 1, session: 's' }]],
    ['The session s opens twice', [1, 2].map((at) => ({ type: 'open', at, session: 's', userId: 1 }) as const)],
    ['The call c is made twice', [1, 2].map((at) => ({ type: 'invoke', at, call: 'c', entry: text(1) }) as const)],
  ])('refuses what is no history: %s', (message, records) => {
    expect(() => checkHistory(records)).toThrow(new TypeError(message));
  });
});
