import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join, relative } from 'node:path';
import { usualDir } from '../project/usual-dir.ts';

/** Stands for the spaces of a command, which is not broken where a line is. */
const joint = '\ue000';

/** From where a command is typed: the surroundings of this process, and the project folder that it works on. */
export interface Place {
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. */
  readonly dir: string;
}

const isOnPath = ({ PATH = '' }: NodeJS.ProcessEnv): boolean =>
  PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'messox'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** What a shell finds this program by: MESSOX_COMMAND, which `npm start` sets; `npx messox` where it is not on the PATH. */
export const programName = (env: NodeJS.ProcessEnv): string => {
  if (env.MESSOX_COMMAND) return env.MESSOX_COMMAND;
  // npm puts the programs of a package on the PATH of what it runs, and of nothing else.
  if (env.npm_command !== undefined) return 'npx messox';
  return isOnPath(env) ? 'messox' : 'npx messox';
};

/** One word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A path as one writes it here: below the current folder a relative one. */
export const shortPath = (dir: string): string => {
  const path = relative(process.cwd(), dir);
  if (path === '') return '.';
  return path.startsWith('..') || isAbsolute(path) ? dir : path;
};

/** A command of this program as one types it here, for the same project folder. `words` are for a shell already. */
const typedHere = (words: string, { dir, env }: Place, program = programName(env)): string => {
  const folder = dir === usualDir(env) ? '' : ` --dir ${quote(shortPath(dir))}`;
  return `${program}${words}${folder}`;
};

export const commandLine = (place: Place, ...words: readonly string[]): string =>
  typedHere(words.map((word) => ` ${quote(word)}`).join(''), place);

/** The same of another version of this program, which npm brings. */
export const otherVersion = (place: Place, version: string, ...words: readonly string[]): string =>
  typedHere(words.map((word) => ` ${quote(word)}`).join(''), place, `npx messox@${version}`);

/** The same, which is not broken where a line is, by what breaks lines. */
export const wholeCommandLine = (place: Place, ...words: readonly string[]): string =>
  commandLine(place, ...words).replaceAll(' ', joint);

/**
 * A command inside a text, from where it is not known how one types it here: `typed` puts that in its place. Whoever
 * writes a text by hand writes it as this does, between backticks.
 */
export const command = (...words: readonly string[]): string => `\`messox ${words.map(quote).join(' ')}\``;

const written = /`messox((?: (?:'[^']*'|\\.|[^`'\\])+)?)`/g;

/** The text with every command in it as one types it here; `joined` by what `separate` takes back. */
export const typed = (text: string, place: Place, { joined = false } = {}): string =>
  text.replace(written, (_, words: string) => {
    const line = typedHere(words, place);
    return joined ? line.replaceAll(' ', joint) : line;
  });

/** The same for every text that is a field of `facts`. */
export const typedIn = <T extends object>(facts: T, place: Place): T =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? typed(value, place) : value]),
  ) as T;

/** Takes the joints out again. */
export const separate = (text: string): string => text.replaceAll(joint, ' ');
