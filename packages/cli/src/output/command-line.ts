import { isAbsolute, relative } from 'node:path';
import type { Context } from '../framework/context.ts';

/** What this program is called in a text: MESSOX_COMMAND, which `npm start` sets, or as it was started. */
export const programName = (env: NodeJS.ProcessEnv): string => {
  if (env.MESSOX_COMMAND) return env.MESSOX_COMMAND;
  return env.npm_command === 'exec' ? 'npx messox' : 'messox';
};

/** One word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const shortest = (dir: string): string => {
  const path = relative(process.cwd(), dir);
  return path.startsWith('..') || isAbsolute(path) ? dir : path;
};

/** A command of this program as one types it here, for the same project folder. */
export const commandLine = ({ env, flags }: Pick<Context, 'env' | 'flags'>, ...words: readonly string[]): string =>
  [
    programName(env),
    ...words.map(quote),
    ...(flags.dir === process.cwd() ? [] : ['--dir', quote(shortest(flags.dir))]),
  ].join(' ');
