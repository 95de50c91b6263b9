import type { ChannelTruth } from './channel-truth.ts';
import type { Call, Facts } from './facts.ts';
import type { Ok } from './history.ts';

/** A time in which a user was certainly not in a channel. */
export interface Absence {
  readonly channelId: number;
  readonly userId: number;
  /** The acknowledgement of the removal. */
  readonly removed: Ok;
  /** Until somebody asked to take the user in again. */
  readonly until: number;
}

const placeKey = (channelId: number, userId: number): string => `${channelId} ${userId}`;

/** Who was in which channel: by the places of the entries, and by the clock where that is certain. */
export class Memberships {
  /** Channel and user to the seq of the last removal, or 0 while the user is in. */
  readonly #left = new Map<string, number>();
  readonly #absences = new Map<string, Absence[]>();

  constructor({ calls }: Facts, truths: ReadonlyMap<number, ChannelTruth>) {
    for (const truth of truths.values())
      for (const entry of truth.entries) {
        if (entry.kind === 'member.joined') this.#left.set(placeKey(entry.channelId, entry.userId), 0);
        if (entry.kind === 'member.left') this.#left.set(placeKey(entry.channelId, entry.userId), entry.seq);
      }
    const moves = new Map<string, Call[]>();
    for (const call of calls.values()) {
      const { entry } = call.invoke;
      if (entry.kind !== 'member.joined' && entry.kind !== 'member.left') continue;
      const key = placeKey(entry.channelId, entry.userId);
      const those = moves.get(key);
      if (those) those.push(call);
      else moves.set(key, [call]);
    }
    for (const [key, those] of moves) this.#absences.set(key, absencesIn(those));
  }

  isIn(channelId: number, userId: number): boolean {
    return this.#left.get(placeKey(channelId, userId)) === 0;
  }

  /** The last entry that the user may know of; undefined while in, and for one who never was. */
  lastSeqOf(channelId: number, userId: number): number | undefined {
    const left = this.#left.get(placeKey(channelId, userId));
    return left === 0 ? undefined : left;
  }

  /** The absence that a moment falls into. */
  absenceAt(channelId: number, userId: number, at: number): Absence | undefined {
    return this.#absences.get(placeKey(channelId, userId))?.find(({ removed, until }) => removed.at < at && at < until);
  }
}

/** The certain absences of one user in one channel: no join that is under way or has no known end may still take effect. */
const absencesIn = (moves: readonly Call[]): Absence[] => {
  const of = (kind: 'member.joined' | 'member.left'): Call[] =>
    moves.filter(({ end, invoke }) => invoke.entry.kind === kind && end?.type !== 'fail');
  const joins = of('member.joined');
  const found: Absence[] = [];
  let next = 0;
  let settledAt = 0;
  for (const { end, invoke } of of('member.left').sort((a, b) => (a.end?.at ?? 0) - (b.end?.at ?? 0))) {
    if (end?.type !== 'ok' || invoke.entry.kind !== 'member.left') continue;
    for (let join = joins[next]; join && join.invoke.at <= end.at; join = joins[++next])
      settledAt = Math.max(settledAt, join.end?.type === 'ok' ? join.end.at : Infinity);
    if (settledAt > invoke.at) continue;
    const { channelId, userId } = invoke.entry;
    found.push({ channelId, userId, removed: end, until: joins[next]?.invoke.at ?? Infinity });
  }
  return found;
};
