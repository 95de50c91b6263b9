import { canonicalJson } from '../canonical-json.ts';
import type { ChannelTruth } from '../channel-truth.ts';
import { type Call, type Facts, placeOf, sendKey } from '../facts.ts';
import type { Report } from '../invariants.ts';
import { isChange } from '../is-change.ts';

type Truths = ReadonlyMap<number, ChannelTruth>;

/** Every `ok` against the place that it names. */
const checkAcknowledged = ({ calls }: Facts, truths: Truths, report: Report): void => {
  for (const call of calls.values()) {
    const { end, invoke } = call;
    if (end?.type !== 'ok') continue;
    const { channelId } = invoke.entry;
    const truth = truths.get(channelId);
    if (!truth) {
      report('acknowledged', `Nobody read the final timeline of channel ${channelId}.`, invoke, end);
      continue;
    }
    const seq = placeOf(call);
    if (seq === undefined) continue;
    const stored = truth.entry(seq);
    const wanted = { ...invoke.entry, seq, sentAt: stored?.sentAt ?? '' };
    if (!stored || canonicalJson(stored) !== canonicalJson(wanted))
      report(
        'acknowledged',
        `${invoke.entry.kind} was acknowledged as ${channelId}/${seq}, where ${stored ? `another ${stored.kind} stands` : 'nothing stands'}.`,
        invoke,
        end,
      );
  }
};

/** Every message that somebody sent: how often it is stored, and whether all answers name the same place. */
const checkSends = ({ sends }: Facts, stored: ReadonlyMap<string, number>, report: Report): void => {
  for (const [key, calls] of sends) {
    const count = stored.get(key) ?? 0;
    const ends = calls.map(({ end }) => end?.type);
    const records = calls.flatMap(({ end, invoke }) => [invoke, end]);
    if (count > 0 && ends.every((end) => end === 'fail'))
      report('refused', 'A message that was refused is stored.', ...records);
    if (count > 1)
      report(ends.includes('ok') ? 'acknowledged' : 'unknown', `A message is stored ${count} times.`, ...records);
    const places = calls.flatMap((call) => placeOf(call) ?? []);
    if (new Set(places).size > 1)
      report('replay', `One message was acknowledged in the places ${[...new Set(places)].join(' and ')}.`, ...records);
  }
};

/** What a change says, apart from when: changes have no key of their own. */
const contentOf = (entry: Call['invoke']['entry']): string => {
  const { channelId, kind, senderId } = entry;
  const target = isChange(entry) ? entry.targetSeq : 0;
  return JSON.stringify([
    channelId,
    kind,
    senderId,
    target,
    'emoji' in entry ? entry.emoji : '',
    'text' in entry ? entry.text : '',
  ]);
};

/** No more changes of a content than calls that may have made them. */
const checkChanges = ({ calls }: Facts, truths: Truths, report: Report): void => {
  const asked = new Map<string, { readonly calls: Call[]; refused: number; stored: number }>();
  for (const call of calls.values()) {
    if (!isChange(call.invoke.entry)) continue;
    const content = contentOf(call.invoke.entry);
    const those = asked.get(content) ?? { calls: [], refused: 0, stored: 0 };
    asked.set(content, those);
    those.calls.push(call);
    if (call.end?.type === 'fail') those.refused += 1;
  }
  for (const truth of truths.values())
    for (const entry of truth.entries) {
      if (!isChange(entry) || truth.isForgotten(entry)) continue;
      const what = `${entry.kind} ${entry.channelId}/${entry.seq}`;
      const those = asked.get(contentOf(entry));
      if (!those) {
        report('invented', `${what} was asked for by nobody.`, truth.timeline);
        continue;
      }
      those.stored += 1;
      if (those.stored <= those.calls.length - those.refused) continue;
      const records = those.calls.flatMap(({ end, invoke }) => [invoke, end]);
      if (those.refused > 0) report('refused', `${what} was refused.`, truth.timeline, ...records);
      else
        report(
          'unknown',
          `${what} was asked for ${those.calls.length} times and is there once more.`,
          truth.timeline,
          ...records,
        );
    }
};

/** Every entry against who asked for it, and the numbering. */
export const checkCalls = (facts: Facts, truths: Truths, report: Report): void => {
  const stored = new Map<string, number>();
  for (const { entries, timeline } of truths.values()) {
    let expected = 1;
    for (const { seq } of timeline.entries) {
      if (seq !== expected)
        report('unique', `Channel ${timeline.channelId} has ${seq} where ${expected} belongs.`, timeline);
      expected = seq + 1;
    }
    for (const entry of entries) {
      if (entry.kind !== 'message') continue;
      const key = sendKey(entry.senderId, entry.clientId);
      const count = (stored.get(key) ?? 0) + 1;
      stored.set(key, count);
      if (count > 1)
        report('unique', `${entry.channelId}/${entry.seq} has a clientId that its sender used before.`, timeline);
      if (!facts.sends.has(key)) report('invented', `${entry.channelId}/${entry.seq} was sent by nobody.`, timeline);
    }
  }
  checkAcknowledged(facts, truths, report);
  checkSends(facts, stored, report);
  checkChanges(facts, truths, report);
};
