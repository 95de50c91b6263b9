import type { ChannelTruth } from '../channel-truth.ts';
import { type Call, type Facts, placeOf, sendKey } from '../facts.ts';
import type { Report } from '../invariants.ts';

/** One entry with the span of time in which it took its place. */
interface Span {
  readonly channelId: number;
  readonly seq: number;
  readonly call: Call;
  readonly from: number;
  /** When the first acknowledgement came. */
  readonly until: number;
}

const firstOk = (calls: readonly Call[]): number =>
  Math.min(...calls.map(({ end }) => (end?.type === 'ok' ? end.at : Infinity)));

const spans = ({ calls, sends }: Facts, truths: ReadonlyMap<number, ChannelTruth>): Span[] => {
  const found: Span[] = [];
  for (const { entries } of truths.values())
    for (const entry of entries) {
      if (entry.kind !== 'message') continue;
      const those = sends.get(sendKey(entry.senderId, entry.clientId)) ?? [];
      const [call] = those;
      const { channelId, seq } = entry;
      if (call) found.push({ channelId, seq, call, from: call.invoke.at, until: firstOk(those) });
    }
  for (const call of calls.values()) {
    const seq = placeOf(call);
    const { at, entry } = call.invoke;
    if (seq !== undefined && entry.kind !== 'message')
      found.push({ channelId: entry.channelId, seq, call, from: at, until: firstOk([call]) });
  }
  return found;
};

/** Appends of one channel take effect one after the other, each between its call and its acknowledgement. */
const checkRealTime = (all: readonly Span[], report: Report): void => {
  const done = [...all].sort((a, b) => a.until - b.until);
  const highest = new Map<number, Span>();
  let next = 0;
  for (const span of [...all].sort((a, b) => a.from - b.from)) {
    for (let ended = done[next]; ended && ended.until < span.from; ended = done[++next])
      if (ended.seq > (highest.get(ended.channelId)?.seq ?? 0)) highest.set(ended.channelId, ended);
    const before = highest.get(span.channelId);
    if (before && before.seq > span.seq)
      report(
        'order',
        `${span.channelId}/${span.seq} was sent after ${before.seq} had been acknowledged.`,
        before.call.end,
        span.call.invoke,
        span.call.end,
      );
  }
};

const checkLanes = ({ calls }: Facts, report: Report): void => {
  const last = new Map<string, Call>();
  const seen = new Set<string>();
  for (const call of calls.values()) {
    const { entry, lane } = call.invoke;
    const seq = placeOf(call);
    if (lane === undefined || seq === undefined) continue;
    // A message that is sent again has the place of its first call.
    if (entry.kind === 'message') {
      const key = sendKey(entry.senderId, entry.clientId);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    const before = last.get(`${lane} ${entry.channelId}`);
    const beforeSeq = before && placeOf(before);
    if (before && beforeSeq !== undefined && beforeSeq > seq)
      report(
        'lane',
        `${entry.channelId}/${seq} was sent after ${beforeSeq} by ${lane}.`,
        before.invoke,
        before.end,
        call.invoke,
        call.end,
      );
    last.set(`${lane} ${entry.channelId}`, call);
  }
};

/** The order of what was sent. */
export const checkOrder = (facts: Facts, truths: ReadonlyMap<number, ChannelTruth>, report: Report): void => {
  checkRealTime(spans(facts, truths), report);
  checkLanes(facts, report);
};
