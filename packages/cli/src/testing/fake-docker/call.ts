import type { Socket } from 'node:net';
import type { FakeState } from './state.ts';

/** One call of `docker`. */
export interface Call {
  readonly state: FakeState;
  /** To whoever called it. */
  readonly socket: Socket;
  /** Of `docker compose`; empty for calls that are none. */
  readonly dir: string;
  readonly project: string;
  /** Given with `--file`; none where compose finds them. */
  readonly files: readonly string[];
  /** Without the options of compose itself: `compose up --detach postgres`. */
  readonly words: readonly string[];
}

/** Options and what comes after them, as far as `docker` takes the words for options. */
export interface Split {
  readonly has: (option: string) => boolean;
  readonly all: (option: string) => readonly string[];
  readonly rest: readonly string[];
}

/** @param valued the options that a value follows */
export const split = (words: readonly string[], ...valued: readonly string[]): Split => {
  const options: [string, string][] = [];
  let at = 0;
  for (let word = words[at]; word?.startsWith('-'); word = words[at]) {
    const takesValue = valued.includes(word);
    options.push([word, takesValue ? (words[at + 1] ?? '') : '']);
    at += takesValue ? 2 : 1;
  }
  return {
    has: (option) => options.some(([name]) => name === option),
    all: (option) => options.filter(([name]) => name === option).map(([, value]) => value),
    rest: words.slice(at),
  };
};

export const readCall = (state: FakeState, socket: Socket, argv: readonly string[]): Call => {
  if (argv[0] !== 'compose') return { state, socket, dir: '', project: '', files: [], words: argv };
  const options = split(argv.slice(1), '--project-directory', '--project-name', '--file', '--progress');
  const [[dir = ''], [project = '']] = [options.all('--project-directory'), options.all('--project-name')];
  return { state, socket, dir, project, files: options.all('--file'), words: ['compose', ...options.rest] };
};

/** Ends as `docker` does when it cannot do what it was asked for. */
export class Refusal extends Error {}

/** Does what it is asked for. What it answers with is printed: text as it is, all else as JSON. */
export type Command = (call: Call, words: readonly string[]) => unknown;
