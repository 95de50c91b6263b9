/** One line of the table: what was seen beside what the same machine can do at all. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The limit measured in the same run, where there is one. */
  readonly limit?: number;
  readonly limitName?: string;
}

const shown = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
};

/** The figures as an aligned table of at most 100 columns. */
export const table = (figures: readonly Figure[]): string => {
  const rows = figures.map(({ limit, limitName = '', name, unit, value }) => [
    name,
    `${shown(value)} ${unit}`,
    limit === undefined ? '' : `${shown(limit)} ${unit}`,
    limit === undefined ? '' : (value / limit).toFixed(2),
    limitName,
  ]);
  const all = [['figure', 'here', 'limit', 'ratio', 'the limit is'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : column < 4 ? cell.padStart(widths[column] ?? 0) : cell,
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
