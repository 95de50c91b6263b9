import { type Place, typed } from '../output/command-line.ts';
import type { Style } from '../output/style.ts';
import { hang } from '../output/wrap.ts';
import type { CheckReport } from './check.ts';

const indent = ' '.repeat(12);
/** A page of lines that belong together stays one, also where it is sent somewhere. */
const widest = 80;

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
  place: Place,
): string[] => {
  const width = Math.min(widest, style.width);
  const part = (first: string, text: string): string[] => hang(first, typed(text, place, { joined: true }), width);
  return [
    ...part(`  ${mark(status, style)} `, `${title}: ${why}`),
    ...(fix === undefined ? [] : part(`${indent}${style.green('fix')}  `, fix)),
  ];
};
