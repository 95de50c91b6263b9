import type { MessageEntry, TimelineEntry } from '@messox/protocol';
import { expect } from 'vitest';
import { GoodServer } from './good-history.ts';
import type { HistoryRecord, Invariant } from '../checker/index.ts';

const [ana, bob, eve] = [1, 2, 3];
const channelId = 10;
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const text = (n: number, senderId = ana) =>
  ({ channelId, kind: 'message', senderId, clientId: uuid(n), text: `text ${n}` }) as const;

/** Ana and Bob talk; Eve is taken out. Entries 1–3 are joins, 4–6 and 11 messages, 7–9 changes, 10 Eve's end. */
export const goodHistory = (): HistoryRecord[] => {
  const server = new GoodServer();
  for (const userId of [ana, bob, eve])
    server.call({ channelId, kind: 'member.joined', senderId: ana, userId, role: userId === ana ? 'owner' : 'member' });
  server.open(ana, {});
  server.open(eve, {});
  const phone = server.open(bob, { [channelId]: 3 });
  server.call(text(1), 'ok', "Ana's phone");
  server.call(text(2), 'ok', "Ana's phone");
  server.call(text(3, bob), 'lost answer');
  server.close(phone);
  server.call({ channelId, kind: 'message.edited', senderId: ana, targetSeq: 4, text: 'text 1, better' });
  server.call({ channelId, kind: 'reaction.added', senderId: bob, targetSeq: 4, emoji: '👍' });
  server.call({ channelId, kind: 'message.deleted', senderId: ana, targetSeq: 5 });
  server.call({ channelId, kind: 'member.left', senderId: ana, userId: eve });
  server.call(text(4), 'ok', "Ana's phone");
  server.call(text(4));
  server.call(text(5), 'fail');
  server.call(text(6), 'lost');
  server.call({ channelId, kind: 'message.edited', senderId: ana, targetSeq: 4, text: 'refused' }, 'fail');
  server.open(bob, { [channelId]: 4 });
  server.page(bob, channelId, 3);
  server.page(bob, channelId, 2, 6);
  return server.end();
};

type Edit = (records: HistoryRecord[]) => HistoryRecord[];
export type Of<T extends HistoryRecord['type']> = Extract<HistoryRecord, { type: T }>;

/** Changes the records of one type that a condition picks; there must be one. */
const change =
  <T extends HistoryRecord['type']>(
    type: T,
    pick: (record: Of<T>) => boolean,
    edit: (record: Of<T>) => HistoryRecord[],
  ): Edit =>
  (records) => {
    const isPicked = (record: HistoryRecord): record is Of<T> => record.type === type && pick(record as Of<T>);
    expect(records.some(isPicked)).toBe(true);
    return records.flatMap((record) => (isPicked(record) ? edit(record) : [record]));
  };

const editTimeline = (edit: (entries: readonly TimelineEntry[]) => readonly TimelineEntry[]): Edit =>
  change(
    'timeline',
    () => true,
    (record) => [{ ...record, entries: edit(record.entries) }],
  );

const okOf = (records: readonly HistoryRecord[], seq: number): Of<'ok'> =>
  records.find((record): record is Of<'ok'> => record.type === 'ok' && record.seq === seq) ?? expect.fail('no such ok');

const callOf = (clientId: string, nth = 0): string => {
  const calls = goodHistory().filter(
    (record): record is Of<'invoke'> =>
      record.type === 'invoke' && record.entry.kind === 'message' && record.entry.clientId === clientId,
  );
  return calls[nth]?.call ?? expect.fail('no such call');
};

const isAt = (seq: number) => (record: Of<'recv'>) => record.entry.seq === seq;
const without = (seq: number) => (entries: readonly TimelineEntry[]) => entries.filter((entry) => entry.seq !== seq);
const rewritten = (seq: number, fields: Partial<MessageEntry>) => (entries: readonly TimelineEntry[]) =>
  entries.map((entry) => (entry.seq === seq ? ({ ...entry, ...fields } as TimelineEntry) : entry));
const seqOf = ({ seq }: Of<'ok'>): { seq?: number } => (seq === undefined ? {} : { seq });
const swapTimes = (a: Of<'ok'>, b: Of<'ok'>): Edit =>
  change(
    'ok',
    ({ call }) => call === a.call || call === b.call,
    (record) => [{ ...record, ...seqOf(record.call === a.call ? b : a) }],
  );

/** What was done to a good history, and the invariant that must be named for it. */
export const corruptions: readonly (readonly [string, Invariant, Edit])[] = [
  ['an acknowledged message is lost', 'acknowledged', editTimeline((entries) => without(11)(entries))],
  [
    'an acknowledged message was stored with another text',
    'acknowledged',
    change(
      'ok',
      ({ seq }) => seq === 4,
      (record) => [{ ...record, seq: 11 }],
    ),
  ],
  ['an acknowledged change is lost', 'acknowledged', editTimeline(rewritten(7, { kind: 'channel.changed' } as never))],
  [
    'nobody read the channel in the end',
    'acknowledged',
    change(
      'timeline',
      () => true,
      () => [],
    ),
  ],
  [
    'a refused message is stored',
    'refused',
    editTimeline((entries) => [...entries, { ...text(5), seq: 12, sentAt: '2024-01-01T00:00:00.000Z' }]),
  ],
  [
    'a refused edit is stored',
    'refused',
    editTimeline((entries) => [
      ...entries,
      {
        channelId,
        seq: 12,
        kind: 'message.edited',
        senderId: ana,
        sentAt: '2024-01-01T00:00:00.000Z',
        targetSeq: 4,
        text: 'refused',
      },
    ]),
  ],
  [
    'a message of unknown outcome is stored twice',
    'unknown',
    editTimeline((entries) => [...entries, { ...text(3, bob), seq: 12, sentAt: '2024-01-01T00:00:00.000Z' }]),
  ],
  [
    'a reaction is stored twice',
    'unknown',
    editTimeline((entries) => [
      ...entries,
      {
        channelId,
        seq: 12,
        kind: 'reaction.added',
        senderId: bob,
        sentAt: '2024-01-01T00:00:00.000Z',
        targetSeq: 4,
        emoji: '👍',
      },
    ]),
  ],
  [
    'a message appears that nobody sent',
    'invented',
    editTimeline((entries) => [...entries, { ...text(99), seq: 12, sentAt: '2024-01-01T00:00:00.000Z' }]),
  ],
  [
    'a deletion appears that nobody asked for',
    'invented',
    editTimeline((entries) => [
      ...entries,
      { channelId, seq: 12, kind: 'message.deleted', senderId: ana, sentAt: '2024-01-01T00:00:00.000Z', targetSeq: 4 },
    ]),
  ],
  ['a place is missing', 'unique', editTimeline(without(6))],
  [
    'a place is taken twice',
    'unique',
    editTimeline((entries) => entries.flatMap((entry) => (entry.seq === 6 ? [entry, entry] : [entry]))),
  ],
  [
    'a clientId is stored twice',
    'unique',
    editTimeline((entries) => [...entries, { ...text(4), seq: 12, sentAt: '2024-01-01T00:00:00.000Z' }]),
  ],
  [
    'an acknowledged message is stored twice',
    'acknowledged',
    editTimeline((entries) => [...entries, { ...text(4), seq: 12, sentAt: '2024-01-01T00:00:00.000Z' }]),
  ],
  [
    'a later message was put before an earlier one',
    'order',
    (records) => swapTimes(okOf(records, 7), okOf(records, 9))(records),
  ],
  [
    'two messages that were sent one after the other changed places',
    'lane',
    (records) => swapTimes(okOf(records, 4), okOf(records, 5))(records),
  ],
  [
    'a repeated message is answered with another place',
    'replay',
    change(
      'ok',
      ({ call }) => call === callOf(uuid(4), 1),
      (record) => [{ ...record, seq: 4 }],
    ),
  ],
  [
    'an entry is not delivered',
    'delivery',
    change(
      'recv',
      ({ entry, session }) => entry.seq === 8 && session !== lastSession(),
      () => [],
    ),
  ],
  ['the last entry is not delivered', 'delivery', change('recv', isAt(11), () => [])],
  [
    'an entry is delivered twice',
    'delivery',
    change('recv', isAt(9), (record) => [record, { ...record, at: record.at + 0.5 }]),
  ],
  ['two entries change places', 'delivery', change('recv', isAt(5), (record) => [{ ...record, at: record.at + 3.5 }])],
  [
    'a session resumes behind what was acknowledged',
    'delivery',
    change(
      'recv',
      ({ entry, session }) => entry.seq > 7 && session === lastSession(),
      (record) => [{ ...record, at: record.at + 100 }],
    ),
  ],
  [
    'a reset lacks an entry',
    'delivery',
    change(
      'reset',
      () => true,
      (record) => [{ ...record, entries: record.entries.slice(0, -1) }],
    ),
  ],
  [
    'a channel goes back',
    'delivery',
    change('recv', isAt(11), (record) => [
      record,
      { type: 'reset', at: record.at + 0.5, session: record.session, channelId, head: 3, entries: [], reason: 'ahead' },
    ]),
  ],
  [
    'an entry comes without any reset',
    'delivery',
    change(
      'reset',
      () => true,
      () => [],
    ),
  ],
  [
    'a text arrives otherwise than it was sent',
    'content',
    change('recv', isAt(6), (record) => [
      { ...record, entry: { ...record.entry, text: 'text \ufffd' } as MessageEntry },
    ]),
  ],
  [
    'another sender is named',
    'content',
    change('recv', isAt(6), (record) => [{ ...record, entry: { ...record.entry, senderId: ana } }]),
  ],
  ['a text is stored otherwise than it was sent', 'content', editTimeline(rewritten(6, { text: 'text \ufffd' }))],
  [
    'two read different timelines',
    'content',
    change(
      'timeline',
      ({ by }) => by === 'two',
      (record) => [{ ...record, entries: rewritten(11, { text: 'other' })(record.entries) }],
    ),
  ],
  [
    'a page shows a message as it stood long before',
    'content',
    change(
      'page',
      ({ before }) => before === 6,
      (record) => [{ ...record, messages: record.messages.map((message) => ({ ...message, text: 'text 1' })) }],
    ),
  ],
  [
    'a page shows a message before it was deleted',
    'content',
    change(
      'page',
      ({ before }) => before === 6,
      (record) => [
        {
          ...record,
          messages: record.messages.map(({ deletedAt: _, ...message }) =>
            message.seq === 5 ? { ...message, text: 'text 2' } : message,
          ),
        },
      ],
    ),
  ],
  [
    'a page is out of order',
    'content',
    change(
      'page',
      () => true,
      (record) => [{ ...record, messages: record.messages.toReversed() }],
    ),
  ],
  [
    'a page lacks what was acknowledged',
    'freshness',
    change(
      'page',
      () => true,
      (record) => [{ ...record, messages: record.messages.filter(({ seq }) => seq !== 11) }],
    ),
  ],
  [
    'a page has an old head',
    'freshness',
    change(
      'page',
      () => true,
      (record) => [{ ...record, head: 10 }],
    ),
  ],
  [
    'who was taken out goes on listening',
    'membership',
    (records) => {
      const removed = records.find(({ type }) => type === 'removed') as Of<'removed'>;
      return change(
        'recv',
        (record) => record.entry.seq === 11,
        (record) => [record, { ...record, session: removed.session }],
      )(records.filter(({ type }) => type !== 'removed'));
    },
  ],
  [
    'who was told to be out is told more',
    'membership',
    change(
      'removed',
      () => true,
      (record) => [{ ...record, at: record.at - 1.5 }],
    ),
  ],
  [
    'who was taken out reads on',
    'membership',
    change(
      'page',
      () => true,
      (record) => [record, { ...record, userId: eve, at: record.at + 0.1 }],
    ),
  ],
  [
    'who was taken out is caught up with',
    'membership',
    (records) => {
      const told =
        records.find((record) => record.type === 'recv' && record.entry.seq === 8) ?? expect.fail('no entry 8');
      const at = 1_000_000;
      return [
        ...records,
        { type: 'open', at, session: 'late', userId: eve, cursors: { [channelId]: 7 } },
        { ...told, session: 'late', at: at + 1 } as HistoryRecord,
      ];
    },
  ],
  [
    'a snapshot lacks a message',
    'state',
    change(
      'snapshot',
      () => true,
      (record) => [{ ...record, messages: record.messages.slice(1) }],
    ),
  ],
  [
    'a snapshot holds a message too many',
    'state',
    change(
      'snapshot',
      () => true,
      (record) => [
        { ...record, messages: [...record.messages, { ...text(9), seq: 12, sentAt: '2024-01-01T00:00:00.000Z' }] },
      ],
    ),
  ],
  [
    'a snapshot lacks a reaction',
    'state',
    change(
      'snapshot',
      () => true,
      (record) => [{ ...record, messages: record.messages.map(({ reactions: _, ...message }) => message) }],
    ),
  ],
  [
    'a snapshot has an old head',
    'state',
    change(
      'snapshot',
      () => true,
      (record) => [{ ...record, head: 10 }],
    ),
  ],
  [
    'a snapshot lacks a member',
    'state',
    change(
      'snapshot',
      () => true,
      (record) => [{ ...record, members: record.members?.slice(1) ?? [] }],
    ),
  ],
  [
    'a snapshot gives a member another role',
    'state',
    change(
      'snapshot',
      () => true,
      (record) => [{ ...record, members: record.members?.map(({ id }) => ({ id, role: 'owner' as const })) ?? [] }],
    ),
  ],
];

export const lastSession = (): string => goodHistory().findLast((record) => record.type === 'open')?.session ?? '';
