import type { Curve, Figure } from '../scenario.ts';
import { shown } from './table.ts';

const colours = ['#0b6bcb', '#c2410c', '#15803d', '#7e22ce', '#a16207', '#be123c'];
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** How many times its limit each figure is, as bars on a scale of powers; the line is the limit. */
export const plotRatios = (figures: readonly Figure[]): string => {
  const limited = figures.filter(({ limit, value }) => limit !== undefined && limit > 0 && value > 0);
  if (limited.length === 0) return '';
  const ratios = limited.map(({ limit = 1, value }) => value / limit);
  const reach = Math.max(1, ...ratios.map((ratio) => Math.abs(Math.log2(ratio))));
  const [height, zero, width] = [22, 560, 300];
  const bars = limited.map(({ name }, index) => {
    const ratio = ratios[index] ?? 1;
    const length = (Math.log2(ratio) / reach) * width;
    const y = index * height + 20;
    return `<text x="250" y="${y + 12}" text-anchor="end">${escaped(name)}</text>
<rect x="${Math.min(zero, zero + length)}" y="${y}" width="${Math.max(1, Math.abs(length))}" height="16" fill="${colours[0]}"/>
<text x="${Math.max(zero, zero + length) + 6}" y="${y + 12}">${ratio.toFixed(2)} ×</text>`;
  });
  const bottom = limited.length * height + 24;
  return `<svg viewBox="0 0 940 ${bottom}" role="img" aria-label="Ratio to the limit"><line x1="${zero}" y1="14" x2="${zero}" y2="${bottom}" stroke="currentColor"/>
<text x="${zero}" y="11" text-anchor="middle">the limit</text>${bars.join('')}</svg>`;
};

/** Time by share of the messages: percentiles to the right (the far end is stretched), ms on a scale of powers. */
export const plotCurves = (curves: readonly Curve[]): string => {
  const all = curves.flatMap(({ points }) => points.map(([, ms]) => ms)).filter((ms) => ms > 0);
  if (all.length === 0) return '';
  const low = Math.floor(Math.log10(Math.min(...all)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all))));
  const [left, top, width, height] = [60, 10, 620, 260];
  const x = (share: number): number => left + (-Math.log10(1 - share) / 3) * width;
  const y = (ms: number): number => top + ((high - Math.log10(Math.max(ms, 10 ** low))) / (high - low)) * height;
  const rows = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)).map(
    (ms) =>
      `<line x1="${left}" x2="${left + width}" y1="${y(ms)}" y2="${y(ms)}" stroke="#8885"/><text x="${left - 6}" y="${y(ms) + 4}" text-anchor="end">${shown(ms)} ms</text>`,
  );
  const columns = [0, 0.5, 0.9, 0.99, 0.999].map(
    (share) =>
      `<line x1="${x(share)}" x2="${x(share)}" y1="${top}" y2="${top + height}" stroke="#8885"/><text x="${x(share)}" y="${top + height + 16}" text-anchor="middle">p${share * 100}</text>`,
  );
  const lines = curves.map(({ name, points }, index) => {
    const colour = colours[index % colours.length];
    const path = points
      .filter(([, ms]) => Number.isFinite(ms))
      .map(([share, ms]) => `${x(share).toFixed(1)},${y(ms).toFixed(1)}`);
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/><rect x="700" y="${top + index * 20}" width="12" height="12" fill="${colour}"/><text x="718" y="${top + index * 20 + 11}">${escaped(name)}</text>`;
  });
  return `<svg viewBox="0 0 940 300" role="img" aria-label="Times by percentile">${[...rows, ...columns, ...lines].join('')}</svg>`;
};
