import { CliError } from '../errors/cli-error.ts';
import type { Output } from '../output/output.ts';
import { plainStyle, type Style } from '../output/style.ts';
import { wrap } from '../output/wrap.ts';
import { globalOptions } from './globals.ts';
import { groups, type Command, type CommandSpec, type OptionSpec } from './spec.ts';
import { commandsBelow, findCommand, optionText, usage } from './table.ts';

const width = 80;
const nameColumn = 26;

/** `name` and its text in two columns; a long name has a line of its own. */
const row = (name: string, text: string): string[] => {
  const [first = '', ...rest] = wrap(text, width - nameColumn);
  const indent = ' '.repeat(nameColumn);
  const more = rest.map((line) => indent + line);
  return name.length + 4 > nameColumn
    ? [`  ${name}`, indent + first, ...more]
    : [`  ${name}`.padEnd(nameColumn) + first, ...more];
};

const section = (title: string, rows: readonly string[], style: Style): string[] =>
  rows.length === 0 ? [] : ['', style.bold(title), ...rows];

const optionNotes = (option: OptionSpec): string => {
  const notes = [
    ...(option.type === 'choice' ? [option.choices.join(', ')] : []),
    ...('default' in option ? [`default: ${option.default}`] : []),
    ...('env' in option ? [`env: ${option.env}`] : []),
  ];
  return notes.length === 0 ? option.about : `${option.about} (${notes.join('; ')})`;
};

const examples = ({ examples: lines }: Pick<CommandSpec, 'examples'>, style: Style): string[] =>
  section(
    'Examples',
    lines.flatMap(([line, meaning]) => [`  messox ${line}`.trimEnd(), ...wrap(meaning, width, '      ')]),
    style,
  );

const globalRows = (): string[] => globalOptions.flatMap(({ flags, about }) => row(flags, about));

const rootExamples = [
  ['up', 'Makes a server in this folder, if there is none, and starts it'],
  ['user create --admin ana', 'Makes the first administrator'],
] as const;

/** `messox --help`: every command by group. */
const rootHelp = (commands: readonly Command[], style: Style): string[] => [
  'messox: a messaging server that anyone can own',
  '',
  `${style.bold('Usage')}  messox <command> [options]`,
  ...groups.flatMap((group) =>
    section(
      group,
      commandsBelow(commands, [])
        .filter(({ spec }) => spec.group === group)
        .flatMap(({ spec }) => row(spec.name, spec.summary)),
      style,
    ),
  ),
  ...section('Options of every command', globalRows(), style),
  ...examples({ examples: rootExamples }, style),
];

const commandHelp = ({ spec, load }: Command, commands: readonly Command[], style: Style): string[] => {
  const below = commandsBelow(commands, spec.name.split(' '));
  return [
    `${spec.summary}.`,
    ...(spec.about === undefined ? [] : ['', ...wrap(spec.about, width)]),
    '',
    `${style.bold('Usage')}  messox ${load ? usage(spec) : `${spec.name} <command>`} [options]`,
    ...section(
      'Commands',
      below.flatMap((command) => row(usage(command.spec), command.spec.summary)),
      style,
    ),
    ...section(
      'Arguments',
      (spec.arguments ?? []).flatMap(({ name, about }) => row(name, about)),
      style,
    ),
    ...section(
      'Options',
      Object.entries(spec.options ?? {}).flatMap(([key, option]) => row(optionText(key, option), optionNotes(option))),
      style,
    ),
    ...section('Options of every command', globalRows(), style),
    ...examples(spec, style),
  ];
};

/** The help of the command that `words` name, in at most 80 columns. */
export const helpText = (commands: readonly Command[], words: readonly string[], style: Style): string[] => {
  if (words.length === 0) return rootHelp(commands, style);
  const command = findCommand(commands, words);
  if (!command)
    throw new CliError('unknown_command', `There is no command "messox ${words.join(' ')}"`, {
      fixes: ['`messox --help`'],
    });
  return commandHelp(command, commands, style);
};

/** Shows the help as the result of the run. Throws `unknown_command`. */
export const showHelp = (output: Output, commands: readonly Command[], words: readonly string[]): void => {
  const help = helpText(commands, words, plainStyle).join('\n');
  output.result({ help }, (style) => helpText(commands, words, style));
};
