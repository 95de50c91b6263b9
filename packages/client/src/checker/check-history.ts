import { canonicalJson } from './canonical-json.ts';
import { type ChannelTruth, channelTruths } from './channel-truth.ts';
import { checkCalls } from './checks/check-calls.ts';
import { checkMembership } from './checks/check-membership.ts';
import { checkOrder } from './checks/check-order.ts';
import { checkPages } from './checks/check-pages.ts';
import { checkSessions } from './checks/check-session.ts';
import { checkState } from './checks/check-state.ts';
import { type Facts, gatherFacts } from './facts.ts';
import type { HistoryRecord } from './history.ts';
import type { Invariant, Report, Violation } from './invariants.ts';
import { Memberships } from './memberships.ts';

export interface CheckOptions {
  /** So long after a removal was acknowledged may what was sent before it still be on its way to an open session; 60,000 when not given. */
  readonly lagMs?: number;
  /** Violations of one invariant that are told; 20 when not given. One fault often breaks an invariant a thousand times. */
  readonly most?: number;
}

/** Whoever reads the timeline of a channel in the end reads the same. */
const checkAgreement = ({ timelines }: Facts, truths: ReadonlyMap<number, ChannelTruth>, report: Report): void => {
  const texts = new Map<number, string>();
  for (const timeline of timelines) {
    const text = timeline.entries.map(canonicalJson).join('\n');
    const first = texts.get(timeline.channelId);
    if (first === undefined) texts.set(timeline.channelId, text);
    else if (first !== text)
      report(
        'content',
        `Two read different timelines of channel ${timeline.channelId}.`,
        truths.get(timeline.channelId)?.timeline,
        timeline,
      );
  }
  // What is read in the end is read with everything that ever happened to it.
  for (const truth of truths.values())
    for (const entry of truth.timeline.entries)
      if (!truth.isRight(entry, truth.head))
        report(
          'content',
          `${entry.channelId}/${entry.seq} stands otherwise than it was sent and changed.`,
          truth.timeline,
        );
};

/**
 * Holds a history against everything that a messox server promises, and names each invariant that it breaks with the
 * records that show it. An empty list is a proof for this history. It takes O(n log n) for n records, in any order.
 *
 * @throws TypeError when the records are no history: an end without a call, a session that never opened
 */
export const checkHistory = (
  records: Iterable<HistoryRecord>,
  { lagMs = 60_000, most = 20 }: CheckOptions = {},
): Violation[] => {
  const violations: Violation[] = [];
  const counts = new Map<Invariant, number>();
  const report: Report = (invariant, message, ...those) => {
    const count = (counts.get(invariant) ?? 0) + 1;
    counts.set(invariant, count);
    if (count <= most) violations.push({ invariant, message, records: those.filter((record) => record !== undefined) });
  };
  const facts = gatherFacts(records);
  const truths = channelTruths(facts);
  const memberships = new Memberships(facts, truths);
  checkCalls(facts, truths, report);
  checkOrder(facts, truths, report);
  checkAgreement(facts, truths, report);
  checkSessions(facts, truths, memberships, report);
  checkPages(facts, truths, report);
  checkMembership(facts, memberships, { lagMs }, report);
  checkState(facts, truths, report);
  return violations;
};
