import { CliError } from '../errors/cli-error.ts';
import { command } from '../output/command-line.ts';
import { nearest } from './nearest.ts';
import type { Command } from './spec.ts';
import { commandsBelow, findCommand, flagsOf, lastWord } from './table.ts';

const line = (...words: readonly string[]): string => ['messox', ...words].join(' ');
const quoted = (text: string): string => /'([^']*)'/.exec(text)?.[1] ?? '';

export const unknownOption = (commands: readonly Command[], words: readonly string[], flag: string): CliError => {
  const near = nearest(flag.split('=')[0] ?? flag, flagsOf(findCommand(commands, words)));
  return new CliError('unknown_option', `There is no option ${flag} of ${line(...words)}`, {
    fixes: [...(near === undefined ? [] : [`Did you mean ${near}?`]), command(...words, '--help')],
  });
};

/** What was most likely meant by `typed` below `words`: the nearest commands, and the rest as it is. */
const likely = (
  commands: readonly Command[],
  words: readonly string[],
  [word = '', ...rest]: readonly string[],
): readonly string[] | undefined => {
  const near = nearest(word, commandsBelow(commands, words).map(lastWord));
  if (near === undefined) return undefined;
  const found = [...words, near];
  if (commandsBelow(commands, found).length === 0) return [...found, ...rest];
  return rest.length === 0 ? found : (likely(commands, found, rest) ?? found);
};

export const unknownCommand = (
  commands: readonly Command[],
  words: readonly string[],
  typed: readonly string[],
): CliError => {
  const near = likely(commands, words, typed);
  return new CliError('unknown_command', `There is no command "${line(...words, typed[0] ?? '')}"`, {
    fixes: [...(near === undefined ? [] : [command(...near)]), command(...words, '--help')],
  });
};

export const commandNeeded = (commands: readonly Command[], words: readonly string[]): CliError =>
  new CliError('invalid_usage', `${line(...words)} needs one of its commands`, {
    fixes: commandsBelow(commands, words).map(({ spec }) => command(...spec.name.split(' '))),
  });

/** An error of commander (its code and message) in our words. */
export const usageError = (
  { code, message }: { code: string; message: string },
  commands: readonly Command[],
  words: readonly string[],
): CliError => {
  if (code === 'commander.unknownOption') return unknownOption(commands, words, quoted(message));
  const text = message.replace(/^error: /, '').replace(/\.$/, '');
  return new CliError('invalid_usage', text.charAt(0).toUpperCase() + text.slice(1), {
    fixes: [command(...words, '--help')],
  });
};
