import type { ChannelTruth } from '../channel-truth.ts';
import type { Facts } from '../facts.ts';
import type { Page } from '../history.ts';
import type { Report } from '../invariants.ts';

/** The places that a page speaks for: every message in there must be on it. */
const rangeOf = ({ after, before, limit, messages }: Page): { from: number; to: number } => {
  const isFull = messages.length >= limit;
  if (after !== undefined) return { from: after + 1, to: isFull ? (messages.at(-1)?.seq ?? after) : Infinity };
  return { from: isFull ? (messages[0]?.seq ?? 1) : 1, to: before === undefined ? Infinity : before - 1 };
};

const checkPage = (page: Page, truth: ChannelTruth, { seen }: Facts, report: Report): void => {
  const { channelId, messages } = page;
  const known = seen.before(channelId, page.startedAt);
  if (known && page.head < known.seq)
    report(
      'freshness',
      `A page says that ${channelId} ends at ${page.head} when ${known.seq} was known.`,
      known.record,
      page,
    );
  const { from, to } = rangeOf(page);
  const on = new Set<number>();
  let last = 0;
  for (const message of messages) {
    const { seq } = message;
    if (seq <= last || seq < from || seq > to)
      report('content', `A page holds ${channelId}/${seq} where it does not belong.`, page);
    if (!truth.isRight(message, page.head))
      report('content', `${channelId}/${seq} is on a page as it was not then.`, page);
    last = seq;
    on.add(seq);
  }
  for (let seq = from; seq <= Math.min(to, known?.seq ?? 0); seq += 1)
    if (truth.entry(seq)?.kind === 'message' && !on.has(seq)) {
      report(
        'freshness',
        `${channelId}/${seq} is missing on a page that was asked for when ${known?.seq ?? 0} was known.`,
        known?.record,
        page,
      );
      return;
    }
};

/** Pages of history, on whichever process: all that was known, each as it stood. */
export const checkPages = (facts: Facts, truths: ReadonlyMap<number, ChannelTruth>, report: Report): void => {
  for (const page of facts.pages) {
    const truth = truths.get(page.channelId);
    if (truth) checkPage(page, truth, facts, report);
  }
};
