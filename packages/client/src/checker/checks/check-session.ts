import type { TimelineEntry } from '@messox/protocol';
import type { ChannelTruth } from '../channel-truth.ts';
import type { Facts, SessionFacts } from '../facts.ts';
import type { HistoryRecord, Open, Recv, Removed, Reset, Sync } from '../history.ts';
import type { Report } from '../invariants.ts';
import type { Memberships } from '../memberships.ts';

/** What one session holds of one channel. */
interface Held {
  cursor: number;
  /** A `sync` may take the session back to here. */
  back: number | undefined;
  /** What showed the cursor. */
  by: HistoryRecord;
}

/** Walks through what one session was told, in the order in which it was. */
class SessionWalk {
  readonly #open: Open;
  readonly #truths: ReadonlyMap<number, ChannelTruth>;
  readonly #report: Report;
  readonly held = new Map<number, Held>();
  /** Channels that the session was told to be out of. */
  readonly removed = new Map<number, Removed>();

  constructor(open: Open, truths: ReadonlyMap<number, ChannelTruth>, report: Report) {
    this.#open = open;
    this.#truths = truths;
    this.#report = report;
    for (const [channelId, cursor] of Object.entries(open.cursors ?? {}))
      this.held.set(Number(channelId), { cursor, back: undefined, by: open });
  }

  recv(record: Recv): void {
    const { channelId, seq } = record.entry;
    this.#read(record.entry, seq, record);
    const held = this.held.get(channelId);
    const removed = this.removed.get(channelId);
    if (removed)
      this.#report(
        'membership',
        `${channelId}/${seq} came after the session was told that it is out.`,
        removed,
        record,
      );
    else if (!held) {
      // Without cursors a session gets what happens from now on, whatever seq that is.
      if (this.#open.cursors)
        this.#report('delivery', `${channelId}/${seq} came before any reset of the channel.`, this.#open, record);
      this.held.set(channelId, { cursor: seq, back: undefined, by: record });
    } else if (held.back !== undefined && seq === held.back + 1 && seq <= held.cursor) {
      this.held.set(channelId, { cursor: seq, back: undefined, by: record });
    } else {
      const { by, cursor } = held;
      if (seq <= cursor) this.#report('delivery', `${channelId}/${seq} came after ${cursor}.`, this.#open, by, record);
      else if (seq > cursor + 1)
        this.#report('delivery', `${channelId}/${seq} came after ${cursor}: a gap.`, this.#open, by, record);
      if (seq > cursor) this.held.set(channelId, { ...held, cursor: seq, by: record });
    }
  }

  reset(record: Reset): void {
    const { channelId, entries, head, reason } = record;
    const held = this.held.get(channelId);
    const first = head - entries.length + 1;
    for (const [index, entry] of entries.entries()) {
      if (entry.channelId !== channelId || entry.seq !== first + index)
        this.#report(
          'delivery',
          `A reset of ${channelId} to ${head} holds ${entry.channelId}/${entry.seq} where ${first + index} belongs.`,
          record,
        );
      this.#read(entry, entry.seq, record);
    }
    if (held && reason !== 'epoch' && head < Math.max(held.cursor, held.back ?? 0))
      this.#report('delivery', `Channel ${channelId} went back from ${held.cursor} to ${head}.`, held.by, record);
    this.removed.delete(channelId);
    this.held.set(channelId, { cursor: head, back: undefined, by: record });
  }

  sync({ cursors }: Sync): void {
    for (const [channelId, back] of Object.entries(cursors)) {
      const held = this.held.get(Number(channelId));
      if (held) held.back = back;
    }
  }

  leave(record: Removed): void {
    this.held.delete(record.channelId);
    this.removed.set(record.channelId, record);
  }

  #read(entry: TimelineEntry, knownSeq: number, record: Recv | Reset): void {
    const truth = this.#truths.get(entry.channelId);
    if (truth && !truth.isRight(entry, knownSeq))
      this.#report('content', `${entry.channelId}/${entry.seq} was read as it never was.`, record);
  }
}

/** What must have been caught up with when the session was told that it is live. */
const checkReady = (
  walk: SessionWalk,
  { open }: SessionFacts,
  { seen }: Facts,
  report: Report,
  ready: HistoryRecord,
): void => {
  for (const channelId of Object.keys(open.cursors ?? {}).map(Number)) {
    if (walk.removed.has(channelId)) continue;
    const known = seen.before(channelId, open.at);
    const cursor = walk.held.get(channelId)?.cursor ?? 0;
    if (known && known.seq > cursor)
      report(
        'delivery',
        `The session is live with ${channelId}/${cursor} and was not told of ${known.seq}.`,
        open,
        known.record,
        ready,
      );
  }
};

/** What a session that is open to the end must hold then. */
const checkEnd = (
  walk: SessionWalk,
  { open }: SessionFacts,
  truths: ReadonlyMap<number, ChannelTruth>,
  memberships: Memberships,
  report: Report,
): void => {
  for (const [channelId, { head, timeline }] of truths) {
    if (!memberships.isIn(channelId, open.userId)) continue;
    const held = walk.held.get(channelId);
    if (!held && !open.cursors) continue;
    if (held?.cursor !== head)
      report(
        'delivery',
        `In the end the session holds ${channelId}/${held?.cursor ?? 'nothing'} of ${head}.`,
        open,
        held?.by,
        timeline,
      );
  }
};

/** Everything that sessions were told: each entry once, in order, without a gap, and all of it in the end. */
export const checkSessions = (
  facts: Facts,
  truths: ReadonlyMap<number, ChannelTruth>,
  memberships: Memberships,
  report: Report,
): void => {
  for (const session of facts.sessions.values()) {
    const walk = new SessionWalk(session.open, truths, report);
    let isOpen = true;
    let isLive = false;
    for (const record of session.records)
      switch (record.type) {
        case 'recv':
          walk.recv(record);
          break;
        case 'reset':
          walk.reset(record);
          break;
        case 'sync':
          walk.sync(record);
          break;
        case 'removed':
          walk.leave(record);
          break;
        case 'ready':
          if (!isLive) checkReady(walk, session, facts, report, record);
          isLive = true;
          break;
        case 'close':
          isOpen = false;
          break;
        case 'open':
          break;
      }
    if (isOpen) checkEnd(walk, session, truths, memberships, report);
  }
};
