import type { Curve, Figure } from '../scenario.ts';
import { percentiles } from './percentiles.ts';

const shares = [0.5, 0.95, 0.99, 0.999];
const plotted = Array.from({ length: 100 }, (_, index) => index / 100).concat([0.995, 0.999]);

/** The times of a load as figures and curves. `p99Goal` is meant for the entry at the other side. */
export const latencies = (
  { acknowledged, delivered }: { acknowledged: readonly number[]; delivered: readonly number[] },
  name: string,
  p99Goal?: number,
): { figures: Figure[]; curves: Curve[] } => ({
  figures: [
    ...percentiles(acknowledged, shares).map((value, index) => ({
      name: `acknowledged after, p${(shares[index] ?? 0) * 100}`,
      value,
      unit: 'ms',
    })),
    ...percentiles(delivered, shares).map((value, index) => ({
      name: `delivered after, p${(shares[index] ?? 0) * 100}`,
      value,
      unit: 'ms',
      ...(p99Goal !== undefined && shares[index] === 0.99 ? { goal: { atMost: p99Goal } } : {}),
    })),
  ],
  curves: [
    {
      name: `${name}: acknowledged`,
      points: percentiles(acknowledged, plotted).map((ms, index) => [plotted[index] ?? 0, ms] as const),
    },
    {
      name: `${name}: delivered`,
      points: percentiles(delivered, plotted).map((ms, index) => [plotted[index] ?? 0, ms] as const),
    },
  ],
});
