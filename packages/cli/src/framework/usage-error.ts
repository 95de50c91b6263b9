import { CliError } from '../errors/cli-error.ts';
import { nearest } from './nearest.ts';
import type { Command } from './spec.ts';
import { commandsBelow, findCommand, flagsOf, lastWord } from './table.ts';

const line = (...words: readonly string[]): string => ['messox', ...words].join(' ');
const quoted = (text: string): string => /'([^']*)'/.exec(text)?.[1] ?? '';

export const unknownOption = (commands: readonly Command[], words: readonly string[], flag: string): CliError => {
  const near = nearest(flag.split('=')[0] ?? flag, flagsOf(findCommand(commands, words)));
  return new CliError('unknown_option', `There is no option ${flag} of ${line(...words)}`, {
    fixes: [...(near === undefined ? [] : [`Did you mean ${near}?`]), line(...words, '--help')],
  });
};

export const unknownCommand = (commands: readonly Command[], words: readonly string[], word: string): CliError => {
  const near = nearest(word, commandsBelow(commands, words).map(lastWord));
  return new CliError('unknown_command', `There is no command "${line(...words, word)}"`, {
    fixes: [...(near === undefined ? [] : [line(...words, near)]), line(...words, '--help')],
  });
};

export const commandNeeded = (commands: readonly Command[], words: readonly string[]): CliError =>
  new CliError('invalid_usage', `${line(...words)} needs one of its commands`, {
    fixes: commandsBelow(commands, words).map(({ spec }) => line(spec.name)),
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
    fixes: [line(...words, '--help')],
  });
};
