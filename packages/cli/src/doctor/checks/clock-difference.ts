import { ok, warn, type Finding } from '../check.ts';

/** Tokens and certificates stand so much; HTTP tells whole seconds (RFC 9110, 5.6.7). */
const toleranceMs = 30_000;

/** How two clocks go together; `aheadMs` is how far that of this machine is ahead of that of `whom`. */
export const judgeDifference = (aheadMs: number, whom: string, alike: string): Finding => {
  if (Math.abs(aheadMs) <= toleranceMs) return ok(alike);
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return warn(
    `the clock of this machine is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of ${whom}: certificates and tokens may not be valid`,
    'Set the clock and keep it set: sudo timedatectl set-ntp true',
  );
};
