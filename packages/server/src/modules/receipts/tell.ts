import { type EventData, events, type Receipt } from '@messox/protocol';
import type { Host } from '../../kernel/module.ts';
import type { WrittenMark } from './write-marks.ts';

/** What the processes tell each other: the marks of one channel that moved, in one signal. */
export const movedSignal = 'receipts:moved';

/** Who is told: all members, or the user's own devices alone. */
type Audience = 'members' | 'own';

type MovedMark = readonly [userId: number, readSeq: number, deliveredSeq: number, readMoved: boolean];

interface Moved {
  readonly to: Audience;
  readonly marks: readonly MovedMark[];
}

/** A mark that this process may have told already. */
export interface Tellable extends Receipt {
  readonly to: Audience;
}

const keyOf = ({ channelId, to, userId }: Tellable): string => `${to} ${channelId} ${userId}`;

/** Tells marks to the sessions of all processes, each once where the signals come through. */
export class Receipts {
  readonly #host: Pick<Host, 'sessions' | 'timeline' | 'limits'>;
  /** What was told here since then (performance.now()), and in the time before that. */
  #keptSince = performance.now();
  #told = new Map<string, Receipt>();
  #toldBefore = new Map<string, Receipt>();

  constructor(host: Pick<Host, 'sessions' | 'timeline' | 'limits'>) {
    this.#host = host;
  }

  /** Signals what was written to every process that has somebody in these channels: one signal a channel. */
  publish(moved: readonly WrittenMark[]): void {
    const { limits, timeline } = this.#host;
    const byChannel = new Map<number, { to: Audience; marks: MovedMark[] }>();
    for (const { channelId, deliveredSeq, kind, mayWrite, memberCount, readMoved, readSeq, userId } of moved) {
      const isTold = kind !== 'self' && mayWrite && memberCount <= limits.receiptMembers;
      const to: Audience = isTold ? 'members' : 'own';
      if (to === 'own' && !readMoved) continue;
      const marks = byChannel.get(channelId)?.marks ?? [];
      marks.push([userId, readSeq, deliveredSeq, readMoved]);
      byChannel.set(channelId, { to, marks });
    }
    for (const [channelId, those] of byChannel) timeline.signal(channelId, movedSignal, those);
  }

  /** A signal of this or another process. */
  take(json: string, channelId: number): void {
    const { marks, to } = JSON.parse(json) as Moved;
    for (const [userId, readSeq, deliveredSeq, readMoved] of marks)
      this.tell({ channelId, userId, readSeq, deliveredSeq, to }, readMoved);
  }

  /** Tells the sessions here, unless they were told as much. */
  tell(mark: Tellable, readMoved: boolean): void {
    const { to, ...receipt } = mark;
    const key = keyOf(mark);
    const told = this.#told.get(key) ?? this.#toldBefore.get(key);
    if (told && told.readSeq >= receipt.readSeq && told.deliveredSeq >= receipt.deliveredSeq) return;
    // Signals may come in another order than they were sent.
    const now: EventData<typeof events.receipt> = told
      ? {
          ...receipt,
          readSeq: Math.max(told.readSeq, receipt.readSeq),
          deliveredSeq: Math.max(told.deliveredSeq, receipt.deliveredSeq),
        }
      : receipt;
    this.#told.set(key, now);
    const { sessions } = this.#host;
    const { channelId, userId } = receipt;
    // One's own devices want to know what was read, and not what came to one of them.
    const isRead = readMoved || (told !== undefined && now.readSeq > told.readSeq);
    if (to === 'members') sessions.tell(channelId, events.receipt.name, now, isRead ? {} : { exceptUserId: userId });
    else sessions.tellUser(userId, channelId, events.receipt.name, now);
  }

  /** Forgets what was told longer than `keptMs` ago, and perhaps twice that. */
  forgetOld(keptMs: number): void {
    const now = performance.now();
    if (now - this.#keptSince < keptMs) return;
    this.#keptSince = now;
    this.#toldBefore = this.#told;
    this.#told = new Map();
  }
}
