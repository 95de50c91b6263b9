/** Text inside a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table; nothing where it has no rows. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`);

/** In a fixed width; a dash for nothing. */
export const code = (text: string): string => (text === '' ? '-' : `\`${text}\``);
