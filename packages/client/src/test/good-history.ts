import type { MessageEntry, Role, TimelineEntry } from '@messox/protocol';
import type { HistoryRecord, NewEntry } from '../checker/index.ts';
import { applyEntry } from '../state/apply-entry.ts';
import { channelState } from '../state/channel-state.ts';

type Untimed<R> = R extends HistoryRecord ? Omit<R, 'at'> : never;

interface Session {
  readonly id: string;
  readonly userId: number;
}

/** A server that does everything right, and the history of what its clients saw: all in one process, in no time. */
export class GoodServer {
  readonly records: HistoryRecord[] = [];
  readonly timelines = new Map<number, TimelineEntry[]>();
  readonly #sessions = new Set<Session>();
  #clock = 0;
  #calls = 0;

  record(record: Untimed<HistoryRecord>): void {
    this.records.push({ ...record, at: ++this.#clock });
  }

  timeline(channelId: number): TimelineEntry[] {
    const entries = this.timelines.get(channelId) ?? [];
    this.timelines.set(channelId, entries);
    return entries;
  }

  members(channelId: number): Map<number, Role> {
    const members = new Map<number, Role>();
    for (const entry of this.timeline(channelId)) {
      if (entry.kind === 'member.joined') members.set(entry.userId, entry.role);
      if (entry.kind === 'member.left') members.delete(entry.userId);
    }
    return members;
  }

  /** The whole channel with everything folded in; a deletion empties the edits, as on the server. */
  asItStands(channelId: number): { entries: TimelineEntry[]; messages: MessageEntry[] } {
    const all = this.timeline(channelId);
    const { messages } = all.reduce(applyEntry, channelState({ channelId, head: 0 }));
    const bySeq = new Map(messages.map((message) => [message.seq, message]));
    const isGone = (seq: number): boolean => bySeq.get(seq)?.deletedAt !== undefined;
    const entries = all.map((entry) => {
      if (entry.kind === 'message') return bySeq.get(entry.seq) ?? entry;
      return entry.kind === 'message.edited' && isGone(entry.targetSeq) ? { ...entry, text: '' } : entry;
    });
    return { entries, messages: [...messages] };
  }

  /** A call with its outcome; stored unless it fails or is lost on the way. */
  call(entry: NewEntry, outcome: 'ok' | 'fail' | 'lost' | 'lost answer' = 'ok', lane?: string): number {
    const call = `call ${++this.#calls}`;
    this.record({ type: 'invoke', call, entry, ...(lane === undefined ? {} : { lane }) });
    const seq = outcome === 'fail' || outcome === 'lost' ? 0 : this.#store(entry);
    if (outcome === 'ok') this.record({ type: 'ok', call, seq });
    else this.record({ type: outcome === 'fail' ? 'fail' : 'info', call });
    return seq;
  }

  open(userId: number, cursors: Record<string, number>): Session {
    const session = { id: `session ${++this.#calls}`, userId };
    this.record({ type: 'open', session: session.id, userId, cursors });
    for (const channelId of this.timelines.keys()) {
      const { entries } = this.asItStands(channelId);
      const cursor = cursors[channelId];
      if (!this.members(channelId).has(userId)) {
        if (cursor !== undefined) this.record({ type: 'removed', session: session.id, channelId });
      } else if (cursor === undefined) {
        const [head, newest] = [entries.length, entries.slice(-3)];
        this.record({ type: 'reset', session: session.id, channelId, entries: newest, head, reason: 'new' });
      } else for (const entry of entries.slice(cursor)) this.record({ type: 'recv', session: session.id, entry });
    }
    this.record({ type: 'ready', session: session.id });
    this.#sessions.add(session);
    return session;
  }

  close(session: Session): void {
    this.#sessions.delete(session);
    this.record({ type: 'close', session: session.id });
  }

  page(userId: number, channelId: number, limit: number, before?: number): void {
    const { entries, messages } = this.asItStands(channelId);
    const older = messages.filter(({ seq }) => before === undefined || seq < before);
    const asked = { userId, channelId, limit, ...(before === undefined ? {} : { before }) };
    const startedAt = ++this.#clock;
    this.record({ type: 'page', startedAt, ...asked, head: entries.length, messages: older.slice(-limit) });
  }

  /** Everything is quiet: what everybody reads in the end. */
  end(): HistoryRecord[] {
    for (const channelId of this.timelines.keys()) {
      const { entries, messages } = this.asItStands(channelId);
      const members = [...this.members(channelId)].map(([id, role]) => ({ id, role }));
      for (const by of ['one', 'two']) this.record({ type: 'timeline', channelId, entries, by });
      this.record({ type: 'snapshot', channelId, head: entries.length, messages, members });
    }
    return this.records;
  }

  #store(fields: NewEntry): number {
    const { channelId } = fields;
    const before = this.members(channelId);
    const entries = this.timeline(channelId);
    const old = entries.find(
      (entry) => 'clientId' in fields && 'clientId' in entry && entry.clientId === fields.clientId,
    );
    if (old) return old.seq;
    const entry = {
      ...fields,
      seq: entries.length + 1,
      sentAt: new Date(++this.#clock).toISOString(),
    };
    entries.push(entry);
    const joined = entry.kind === 'member.joined' ? entry.userId : undefined;
    const left = entry.kind === 'member.left' ? entry.userId : undefined;
    for (const { id, userId } of this.#sessions) {
      if (before.has(userId)) this.record({ type: 'recv', session: id, entry });
      if (userId === joined) {
        const newest = this.asItStands(channelId).entries.slice(-3);
        this.record({ type: 'reset', session: id, channelId, entries: newest, head: entry.seq, reason: 'new' });
      }
      if (userId === left) this.record({ type: 'removed', session: id, channelId });
    }
    return entry.seq;
  }
}
