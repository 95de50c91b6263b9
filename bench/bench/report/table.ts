import type { Figure } from '../scenario.ts';

export const shown = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
};

/** The goal as people read it, with a mark when it is met. */
export const shownGoal = ({ goal, value }: Figure): string => {
  if (!goal) return '';
  const met = 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
  return `${'atMost' in goal ? `≤ ${shown(goal.atMost)}` : `≥ ${shown(goal.atLeast)}`} ${met ? '✔' : '✖'}`;
};

/** The figures of a scenario as an aligned table. */
export const table = (figures: readonly Figure[]): string => {
  const rows = figures.map((figure) => [
    figure.name,
    `${shown(figure.value)} ${figure.unit}`.trim(),
    figure.limit === undefined ? '' : shown(figure.limit),
    figure.limit === undefined ? '' : (figure.value / figure.limit).toFixed(2),
    shownGoal(figure),
    figure.limitName ?? '',
  ]);
  const all = [['figure', 'here', 'limit', 'ratio', 'goal', 'the limit is'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column === 0 || column === 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return all.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
};
