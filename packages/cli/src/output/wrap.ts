import { separate } from './command-line.ts';
import { columns } from './printable.ts';

/** `text` in lines of at most `width` columns, broken at spaces; `indent` is in front of each. A longer word stays whole. */
export const wrap = (text: string, width: number, indent = ''): string[] => {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    if (line === undefined) line = word;
    else if (line.trim() !== '' && columns(indent) + columns(line) + 1 + columns(word) > width) {
      lines.push(line.trimEnd());
      line = word;
    } else line = `${line} ${word}`;
  }
  return [...lines, line ?? ''].map((done) => separate(indent + done));
};

/** `first` with `text` behind it in lines of at most `width` columns, which all begin where the text does. */
export const hang = (first: string, text: string, width: number): string[] => {
  const indent = ' '.repeat(columns(first));
  return text
    .split('\n')
    .flatMap((line) => wrap(line, width, indent))
    .map((line, index) => (index === 0 ? first + line.slice(indent.length) : line));
};
