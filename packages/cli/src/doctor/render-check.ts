import type { Style } from '../output/style.ts';
import { wrap } from '../output/table.ts';
import type { CheckReport } from './run-checks.ts';

const indent = ' '.repeat(12);
const width = 80;

const mark = (status: CheckReport['status'], style: Style): string => {
  if (status === 'ok') return style.green(`${style.signs.ok} ok     `);
  if (status === 'warn') return style.yellow(`${style.signs.warn} warning`);
  if (status === 'fail') return style.red(`${style.signs.fail} failed `);
  return style.dim(`${style.signs.dot} skipped`);
};

/** What was found of one thing, for people: how it is, why, and what mends it. */
export const checkLines = (
  { fix, status, title, why }: Pick<CheckReport, 'status' | 'title' | 'why' | 'fix'>,
  style: Style,
): string[] => {
  const [first = '', ...more] = `${title}: ${why}`.split('\n').flatMap((line) => wrap(line, width, indent));
  const mends = fix === undefined ? [] : wrap(fix, width, `${indent}     `);
  return [
    `  ${mark(status, style)} ${first.slice(indent.length)}`,
    ...more,
    ...mends.map((line, index) => (index === 0 ? `${indent}${style.green('fix')}  ${line.trimStart()}` : line)),
  ];
};
