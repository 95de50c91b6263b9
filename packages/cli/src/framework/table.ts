import { globalOptions } from './globals.ts';
import { longFlag, type ArgumentSpec, type Command, type CommandSpec, type OptionSpec } from './spec.ts';

/** `<key>`, `[dir]`, `<text...>`: as commander, the help and the docs write an argument. */
export const argumentText = ({ name, optional, variadic }: ArgumentSpec): string => {
  const inner = variadic ? `${name}...` : name;
  return optional ? `[${inner}]` : `<${inner}>`;
};

/** `-p, --port <port>`: as commander, the help and the docs write an option. */
export const optionText = (key: string, option: OptionSpec): string =>
  `${option.short ? `-${option.short}, ` : ''}${longFlag(key)}${option.type === 'flag' ? '' : ` <${option.value}>`}`;

/** How the command is written: `config set <key> <value>`. */
export const usage = (spec: CommandSpec): string => [spec.name, ...(spec.arguments ?? []).map(argumentText)].join(' ');

export const findCommand = (commands: readonly Command[], words: readonly string[]): Command | undefined =>
  commands.find(({ spec }) => spec.name === words.join(' '));

/** The commands directly below `words`. */
export const commandsBelow = (commands: readonly Command[], words: readonly string[]): Command[] =>
  commands.filter(({ spec }) => {
    const own = spec.name.split(' ');
    return own.length === words.length + 1 && words.every((word, index) => own[index] === word);
  });

/** The last word of a command's name. */
export const lastWord = ({ spec }: Command): string => spec.name.slice(spec.name.lastIndexOf(' ') + 1);

/** `--long` flags that a command takes, the global ones included. */
export const flagsOf = (command: Command | undefined): string[] => [
  ...Object.keys(command?.spec.options ?? {}).map(longFlag),
  ...globalOptions.flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? []),
];
