import type { Round } from './run-round.ts';

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ') || 'none';

/** What came of a round, for people. */
export const render = (round: Round): string => {
  const { closeCodes, convergedMs, counts, faults, latenciesMs, remarks, seed, violations } = round;
  const injected = Object.values(faults).reduce((sum, times) => sum + times, 0);
  const ms = (share: number): string => `${percentile(latenciesMs, share).toFixed(1)} ms`;
  return [
    `seed ${seed}`,
    `  ${counts.sends} sends and ${counts.changes} changes: ${counts.ok} acknowledged, ${counts.fail} refused, ${counts.unknown} unknown`,
    `  ${counts.received} entries handed over, ${counts.pages} pages, ${counts.sessions} connections, ${counts.lives} lives of clients`,
    `  groups changed hands ${counts.handovers} times`,
    `  ${injected} faults: ${list(faults)}`,
    `  sockets closed with: ${list(closeCodes)}`,
    `  acknowledged after ${ms(0.5)} (p50), ${ms(0.9)} (p90), ${ms(0.99)} (p99), ${ms(1)} at most`,
    convergedMs === undefined
      ? '  not everybody had everything in the end'
      : `  everybody had everything ${(convergedMs / 1_000).toFixed(1)} s after the last fault`,
    ...[...new Set(remarks)].slice(0, 10).map((remark) => `  ! ${remark.slice(0, 300)}`),
    ...violations.map(({ invariant, message }) => `  ✖ ${invariant}: ${message}`),
    violations.length === 0 ? '  ✔ every invariant holds' : `  ✖ ${violations.length} violations`,
  ].join('\n');
};
