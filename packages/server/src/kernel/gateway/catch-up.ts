import type { Limits } from '@messox/protocol';
import type { Membership, Range } from '../timeline/read.ts';
import type { CatchUpReads } from './catch-up-reads.ts';
import type { Entry } from './feed.ts';
import { movedChannel, type ResetReason, type Session, type SessionListener } from './session.ts';

/** What a client says it holds: channel id to the last seq, or nothing at all: then it gets what happens from now on. */
export type Cursors = ReadonlyMap<number, number> | undefined;

export interface CatchUpOptions {
  readonly reads: CatchUpReads;
  readonly limits: Pick<Limits, 'resetEntries' | 'resetBytes' | 'catchUpEntries' | 'catchUpBatch'>;
}

export interface CatchUpRequest {
  readonly cursors: Cursors;
  /** The client knows another life of the database: none of its cursors counts. */
  readonly otherEpoch?: boolean;
  /** Only these channels; the others are left as they are. */
  readonly only?: ReadonlySet<number>;
}

interface Plan extends Range {
  readonly reset?: ResetReason;
  /** More of this channel follows: it is not live yet. */
  readonly more?: boolean;
  /** Read after the memberships were: an entry that says that the user joined or left a channel is news. */
  readonly news?: boolean;
  /** The client does not hold the channel: it is told of it before its entries. */
  readonly unknown?: boolean;
  /** The user was a member when this seq was the newest: that they left before is history. */
  readonly memberAt: number;
}

/**
 * Brings a session up to date and live. It subscribes first and then reads, holding back what arrives meanwhile: so
 * there is no moment at which an entry could be missed or come twice.
 */
export const catchUp = async (session: Session, request: CatchUpRequest, options: CatchUpOptions): Promise<void> => {
  const memberships = await sitEverywhere(session, request, options);
  if (isOver(session)) return;
  for (const channelId of request.only ?? request.cursors?.keys() ?? [])
    if (!memberships.has(channelId)) {
      session.leave(channelId);
      session.listener.removed(channelId);
    }
  const plans: Plan[] = [];
  for (const membership of memberships.values()) {
    const plan = planOf(membership, request, options.limits);
    if (plan) plans.push(request.only ? { ...plan, news: true } : plan);
    else goLive(session, membership.channelId, membership.head, plans);
  }
  // Whatever a seat could not hold back while others were read comes as another plan at the end.
  const moved = new Set<number>();
  while (plans.length > 0) {
    if (session.listener.congested) await session.listener.drained();
    if (isOver(session)) return;
    await deliver(session, takeBatch(plans, options.limits.catchUpBatch), plans, moved, options);
  }
  if (moved.size > 0) await settleMoves(session, moved, options);
};

/** What was delivered here named channels as joined or left; what counts is where the user is now. */
const settleMoves = async (session: Session, moved: ReadonlySet<number>, { reads }: CatchUpOptions): Promise<void> => {
  const memberships = await reads.memberships(session.identity.userId);
  const now = new Set(memberships.map(({ channelId }) => channelId));
  if (isOver(session)) return;
  for (const channelId of moved)
    if (now.has(channelId)) session.join(channelId);
    else session.remove(channelId);
};

/** Asked anew after each entry. */
const isFull = (listener: SessionListener): boolean => listener.congested;

/** Asked anew after each wait. */
const isOver = (session: Session): boolean => session.closed || session.listener.closed;

/** Seats in every channel of the user, and the heads that were read when all the seats were taken. */
const sitEverywhere = async (
  session: Session,
  { cursors, only }: CatchUpRequest,
  { reads }: CatchUpOptions,
): Promise<Map<number, Membership>> => {
  const concerns = (channelId: number): boolean => only?.has(channelId) ?? true;
  const held = new Set<number>();
  const hold = async (channelIds: readonly number[]): Promise<void> => {
    await Promise.all(
      channelIds.map(async (channelId) => {
        held.add(channelId);
        (await session.sit(channelId))?.hold();
      }),
    );
  };
  // What the client believes to be in is nearly always right: most sessions get by with one query.
  await hold([...(cursors?.keys() ?? [])].filter(concerns));
  for (;;) {
    if (isOver(session)) return new Map();
    const all = await reads.memberships(session.identity.userId);
    const memberships = all.filter(({ channelId }) => concerns(channelId));
    const fresh = memberships.filter(({ channelId }) => !held.has(channelId));
    if (fresh.length === 0) {
      for (const { channelId, head } of memberships) session.seat(channelId)?.feed?.start(head);
      const found = new Map(memberships.map((membership) => [membership.channelId, membership]));
      // Seats in channels that were left meanwhile, or that the client made up.
      for (const channelId of held) if (!found.has(channelId)) session.leave(channelId);
      return found;
    }
    await hold(fresh.map(({ channelId }) => channelId));
  }
};

const planOf = (
  { channelId, head }: Membership,
  { cursors, otherEpoch }: CatchUpRequest,
  limits: CatchUpOptions['limits'],
): Plan | undefined => {
  if (!cursors) return undefined;
  const cursor = cursors.get(channelId);
  const reset = (reason: ResetReason): Plan => ({
    channelId,
    after: Math.max(0, head - limits.resetEntries),
    upTo: head,
    reset: reason,
    unknown: cursor === undefined,
    memberAt: head,
  });
  if (cursor === undefined) return reset('new');
  if (otherEpoch) return reset('epoch');
  if (cursor > head) return reset('ahead');
  if (head - cursor > limits.catchUpEntries) return reset('behind');
  return cursor === head ? undefined : { channelId, after: cursor, upTo: head, memberAt: head };
};

const goLive = (session: Session, channelId: number, head: number, plans: Plan[]): void => {
  const missed = session.seat(channelId)?.goLive(head);
  if (missed) plans.push({ channelId, ...missed, news: true, memberAt: head });
};

/** Takes plans from the front until they come to `entries` entries and channels to tell of; the last one may be cut in two. */
const takeBatch = (plans: Plan[], entries: number): Plan[] => {
  const batch: Plan[] = [];
  for (let room = entries; room > 0;) {
    const plan = plans.shift();
    if (!plan) break;
    const { after, reset, upTo } = plan;
    if (upTo - after > room && !reset) {
      batch.push({ ...plan, upTo: after + room, more: true });
      plans.unshift({ ...plan, after: after + room });
    } else batch.push(plan);
    room -= upTo - after + (plan.unknown ? 1 : 0);
  }
  return batch;
};

const deliver = async (
  session: Session,
  batch: readonly Plan[],
  plans: Plan[],
  moved: Set<number>,
  { limits, reads }: CatchUpOptions,
): Promise<void> => {
  const ranges = batch.filter(({ after, upTo }) => upTo > after);
  const unknown = batch.filter((plan) => plan.unknown).map(({ channelId }) => channelId);
  const channels = unknown.length > 0 ? await reads.channels(session.identity.userId, unknown) : undefined;
  const entries = ranges.length > 0 ? await reads.entries(ranges) : [];
  if (isOver(session)) return;
  const byChannel = new Map<number, Entry[]>(batch.map(({ channelId }) => [channelId, []]));
  for (const entry of entries) byChannel.get(entry.channelId)?.push(entry);
  const { listener } = session;
  for (const [index, plan] of batch.entries()) {
    const { after, channelId, memberAt, more, news, reset, upTo } = plan;
    // A client that takes its time is not remembered with what it did not take: that is read again when it goes on.
    if (isFull(listener)) {
      plans.unshift(...batch.slice(index));
      return;
    }
    // A batch may hold two ranges of one channel, one after the other.
    const those = (byChannel.get(channelId) ?? []).filter(({ seq }) => seq > after && seq <= upTo);
    // Left or taken out in the meantime.
    if (!session.seat(channelId)) continue;
    if (plan.unknown) {
      const channel = channels?.get(channelId);
      if (!channel) {
        session.leave(channelId);
        continue;
      }
      listener.added(channel);
    }
    if (reset) listener.reset(channelId, newest(those, limits.resetBytes), upTo, reset);
    else
      for (const entry of those) {
        if (isFull(listener)) {
          plans.unshift({ ...plan, after: entry.seq - 1 }, ...batch.slice(index + 1));
          return;
        }
        listener.entry(entry);
        const channel = news ? movedChannel(entry, session.identity.userId) : undefined;
        if (channel === channelId && entry.seq <= memberAt) continue;
        if (channel !== undefined) moved.add(channel);
        // What follows is not for this user, unless they came back: then the channel is shown anew.
        if (channel === channelId) {
          session.remove(channelId);
          break;
        }
      }
    if (!more) goLive(session, channelId, upTo, plans);
  }
};

/** The newest of these entries that come to `bytes` at the most, and at least one. */
const newest = (entries: readonly Entry[], bytes: number): readonly Entry[] => {
  let from = entries.length - 1;
  for (let room = bytes - Buffer.byteLength(entries[from]?.json ?? ''); from > 0; from -= 1) {
    room -= Buffer.byteLength(entries[from - 1]?.json ?? '');
    if (room < 0) break;
  }
  return entries.slice(Math.max(0, from));
};
