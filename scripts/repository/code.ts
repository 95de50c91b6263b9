import { withoutFences } from './links.ts';

/** A block of code of a Markdown text. */
export interface Fence {
  /** What is written behind the fence: `sh`, `console`, … */
  language: string;
  lines: string[];
}

/** The blocks of code between fences of backticks. */
export function fences(markdown: string): Fence[] {
  const blocks = markdown.matchAll(/^(`{3,})(.*)\n([\s\S]*?)^\1 *$/gm);
  return [...blocks].map(([, , language = '', text = '']) => ({
    language: language.trim(),
    lines: text.split('\n').slice(0, -1),
  }));
}

/** What stands between backticks within a line. */
export const codeSpans = (markdown: string): string[] =>
  [...withoutFences(markdown).matchAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g)].map(([, , text = '']) => text.trim());

/** A command of messox as a document writes it. */
export interface WrittenCommand {
  /** The words after `messox`. */
  words: string[];
  /** It stands in a block, to be typed as it is; a mention within a line may leave out what follows the name. */
  isWhole: boolean;
}

/** The commands of messox that a document shows or mentions; pictures (blocks of `text`) show none. */
export function writtenCommands(markdown: string): WrittenCommand[] {
  const shown = fences(markdown).filter(({ language }) => language !== 'text');
  return [
    ...shown.flatMap(({ lines }) => lines.flatMap((line) => commandIn(line, true))),
    ...codeSpans(markdown).flatMap((span) => commandIn(span, false)),
  ];
}

const program = /(?:\bnpx messox|\bmessox\.js|^\s*(?:(?:fix|or)\s+)?messox)(?=\s|$)/;
const word = /'[^']*'|"[^"]*"|[^\s'"|<>;&()]+/g;

function commandIn(line: string, isWhole: boolean): WrittenCommand[] {
  const started = /\bnpm start --(?=\s)/.exec(line);
  const found = started ?? program.exec(line);
  if (!found) return [];
  const rest = line.slice(found.index + found[0].length).replace(/(\s#\s|…).*$/, '');
  const [command = ''] = /^(?:\s+(?:'[^']*'|"[^"]*"|[^\s'"|<>;&()]+))*/.exec(rest) ?? [];
  const words = [...command.matchAll(word)].map(([text]) => text.replace(/^(['"])(.*)\1$/, '$2'));
  return [{ words: started ? ['up', ...words] : words, isWhole }];
}
