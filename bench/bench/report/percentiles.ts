/** The values below which these shares of `samples` lie, by the nearest rank. */
export const percentiles = (samples: readonly number[], shares: readonly number[]): number[] => {
  const sorted = Float64Array.from(samples).sort();
  return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN);
};
