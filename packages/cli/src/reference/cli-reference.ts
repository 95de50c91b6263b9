import { exit, exitMeanings } from '../errors/exit.ts';
import { globalOptions } from '../framework/globals.ts';
import { groups, type Command, type CommandSpec, type OptionSpec } from '../framework/spec.ts';
import { argumentText, commandsBelow, optionText, usage } from '../framework/table.ts';
import { code, markdownTable } from './markdown.ts';

const optionAbout = (option: OptionSpec): string =>
  [
    `${option.about}.`,
    ...(option.type === 'choice' ? [`One of ${option.choices.map(code).join(', ')}.`] : []),
    ...(option.type === 'list' ? ['May be given more than once.'] : []),
    ...('default' in option ? [`Default: ${code(String(option.default))}.`] : []),
    ...('env' in option ? [`Or ${code(option.env)}.`] : []),
  ].join(' ');

const anchor = (heading: string): string => heading.replaceAll(' ', '-');

const examples = ({ examples: lines }: CommandSpec): string[] =>
  lines.length === 0
    ? []
    : ['', '```sh', ...lines.flatMap(([line, meaning]) => [`messox ${line}  # ${meaning}`]), '```'];

const commandPart = ({ spec, load }: Command, commands: readonly Command[]): string[] => {
  const below = commandsBelow(commands, spec.name.split(' '));
  const options = Object.entries(spec.options ?? {}).map(([key, option]) => [
    code(optionText(key, option)),
    optionAbout(option),
  ]);
  const lists = [
    markdownTable(
      ['Command', ''],
      below.map(({ spec: child }) => [`[${child.name}](#${anchor(child.name)})`, `${child.summary}.`]),
    ),
    markdownTable(
      ['Argument', ''],
      (spec.arguments ?? []).map((argument) => [code(argumentText(argument)), `${argument.about}.`]),
    ),
    markdownTable(['Option', ''], options),
  ];
  return [
    '',
    `### ${spec.name}`,
    '',
    `${spec.summary}.${spec.about === undefined ? '' : ` ${spec.about}`}`,
    ...(load ? ['', code(`messox ${usage(spec)} [options]`)] : []),
    ...lists.flatMap((rows) => (rows.length === 0 ? [] : ['', ...rows])),
    ...examples(spec),
  ];
};

/** `docs/reference/cli.md`: every command of the table. */
export const cliReference = (commands: readonly Command[]): string =>
  [
    '<!-- Made by scripts/write-cli-reference.js from packages/cli; changes belong there. -->',
    '',
    '# The command line',
    '',
    '`messox <command> [options]`. Each command explains itself with `--help`; errors are in [errors of the command line](cli-errors.md), settings in [settings](settings.md).',
    '',
    '## Options of every command',
    '',
    ...markdownTable(
      ['Option', 'Variable', ''],
      globalOptions.map(({ flags, about, env }) => [code(flags), code(env ?? ''), `${about}.`]),
    ),
    '',
    'The variables take `1` or `0`. Results go to stdout and all else to stderr. With `--json`, stdout is exactly one object: the result, or `{"error": {...}}`; commands that follow something print one object a line. Questions are asked only in a terminal; elsewhere what is missing is an error that names the option.',
    '',
    '## Exit codes',
    '',
    ...markdownTable(
      ['Code', 'Meaning'],
      Object.entries(exit).map(([name, value]) => [String(value), exitMeanings[name as keyof typeof exit]]),
    ),
    ...groups.flatMap((group) => {
      const own = commands.filter(({ spec }) => spec.group === group);
      return own.length === 0 ? [] : ['', `## ${group}`, ...own.flatMap((command) => commandPart(command, commands))];
    }),
    '',
  ].join('\n');
