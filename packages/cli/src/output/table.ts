import { columns, pad } from './printable.ts';
import { hang } from './wrap.ts';

/** Rows as aligned lines, two spaces between the columns, nothing after the last one. */
export const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, columns(cell));
  return rows.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** A name, and what is known of it. */
export type Fact = readonly [name: string, text: string];

/** Facts as lines of at most `width` columns, in which all texts begin where the first one does. */
export const factLines = (rows: readonly Fact[], width: number): string[] => {
  const widest = Math.max(0, ...rows.map(([name]) => columns(name)));
  return rows.flatMap(([name, text]) => hang(`${pad(name, widest)}  `, text, width));
};
