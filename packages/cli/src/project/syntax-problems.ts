import type { YAMLError } from 'yaml';
import { printable } from '../output/printable.ts';
import { lineOf, place, type Problem, type SettingsFile } from './settings-file.ts';

interface Words {
  readonly message: string;
  readonly suggestion: string;
}

/** What the parser finds, in words for somebody who does not know YAML. */
const plain: Readonly<Record<string, Words>> = {
  ALIAS_PROPS: { message: 'an & or ! stands in front of a *', suggestion: 'write the value itself' },
  BAD_DIRECTIVE: { message: 'a line cannot begin with %', suggestion: 'put the value in quotes' },
  BAD_DQ_ESCAPE: {
    message: 'a \\ means something else inside double quotes',
    suggestion: "use single quotes: 'C:\\chat'",
  },
  BAD_INDENT: {
    message: 'the line begins in another column than its neighbours',
    suggestion: 'indent it with as many spaces as the line that it belongs with',
  },
  BAD_SCALAR_START: { message: 'a value cannot begin with this sign', suggestion: 'put the value in quotes' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a setting begins inside the value of another one',
    suggestion: 'give each "name: value" a line of its own, indented like its neighbours',
  },
  BLOCK_IN_FLOW: {
    message: 'a list with - stands inside brackets',
    suggestion: 'write it as [one, two]',
  },
  DUPLICATE_KEY: { message: 'the setting is there twice', suggestion: 'keep one of the two lines' },
  MULTILINE_IMPLICIT_KEY: {
    message: 'the name of a setting goes over several lines',
    suggestion: 'write each setting as "name: value", in a line of its own',
  },
  MULTIPLE_DOCS: {
    message: 'another file begins here, after ---',
    suggestion: 'remove the line that is --- and all that follows',
  },
  TAB_AS_INDENT: { message: 'the line is indented with a tab', suggestion: 'indent with spaces' },
  TAG_RESOLVE_FAILED: { message: 'words with ! mean nothing here', suggestion: 'remove the word that begins with !' },
  UNEXPECTED_TOKEN: {
    message: 'what begins here does not belong there',
    suggestion: 'look at quotes, brackets and the end of the line before',
  },
};

const unknown: Words = {
  message: 'this cannot be read',
  suggestion: 'write each setting as "name: value", in a line of its own',
};

const openers: Readonly<Record<string, string>> = { ']': '[', '}': '{', '"': '"', "'": "'" };

/** Of something that is not closed: where it was opened. The parser tells where it noticed. */
const unclosed = ({ lines, source }: SettingsFile, { code, message, pos }: YAMLError): Problem | undefined => {
  if (code !== 'MISSING_CHAR' && !message.includes(' must be sufficiently indented and end with')) return undefined;
  const closer = /(?:end with an? |Missing closing )([\]}"'])/.exec(message)?.[1];
  const opener = closer === undefined ? undefined : openers[closer];
  const at = opener === undefined ? -1 : source.lastIndexOf(opener, pos[0] - 1);
  if (at < 0) return undefined;
  return {
    ...place(lines, at),
    key: '',
    message: `the ${opener ?? ''} that is opened here is not closed`,
    suggestion: `write a ${closer ?? ''} where the value ends`,
  };
};

const inWords = (file: SettingsFile, error: YAMLError): Problem =>
  unclosed(file, error) ?? { ...place(file.lines, error.pos[0]), key: '', ...(plain[error.code] ?? unknown) };

/** What keeps the file from being read at all, with the lines themselves. */
export const syntaxProblems = (file: SettingsFile): Problem[] => {
  const { errors, warnings } = file.document;
  const told = new Map<number, Problem>();
  // What follows from an error in the same line is no other one.
  for (const error of [...errors, ...warnings]) {
    const problem = inWords(file, error);
    if (!told.has(problem.line)) told.set(problem.line, { ...problem, text: printable(lineOf(file, problem.line)) });
  }
  return [...told.values()];
};
