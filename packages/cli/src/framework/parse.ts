import { Command as Commander, CommanderError } from 'commander';
import { globalOptions, type RawGlobals } from './globals.ts';
import type { Command } from './spec.ts';
import { argumentText, findCommand, optionText } from './table.ts';
import { commandNeeded, unknownCommand, unknownOption, usageError } from './usage-error.ts';
import { argumentValue, optionValue } from './values.ts';

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help'; readonly words: readonly string[]; readonly globals: RawGlobals }
  | { readonly kind: 'version'; readonly globals: RawGlobals }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly args: Readonly<Record<string, unknown>>;
      readonly options: Readonly<Record<string, unknown>>;
      readonly globals: RawGlobals;
    };

const silent = { writeOut: () => undefined, writeErr: () => undefined };
const collect = (value: string, previous: readonly string[] | undefined): string[] => [...(previous ?? []), value];

const addCommand = (parent: Commander, { spec, load }: Command, words: readonly string[]): Commander => {
  const child = parent.command(words.at(-1) ?? '');
  for (const [key, option] of Object.entries(spec.options ?? {})) {
    if (option.type === 'list') child.option(optionText(key, option), option.about, collect);
    else child.option(optionText(key, option));
  }
  if (load) for (const argument of spec.arguments ?? []) child.argument(argumentText(argument));
  // What only holds commands takes whatever follows, so that an unknown command is named rather than its options.
  else child.argument('[words...]').allowUnknownOption();
  return child.action(() => undefined);
};

const build = (commands: readonly Command[], reached: (command: Commander) => void): Commander => {
  const root = new Commander('messox')
    .exitOverride()
    .configureOutput(silent)
    .showSuggestionAfterError(false)
    .helpCommand(false)
    .allowExcessArguments(false)
    .argument('[words...]')
    .allowUnknownOption()
    .action(() => undefined);
  for (const { flags } of globalOptions) if (!flags.includes('--help')) root.option(flags);
  const byName = new Map([['', root]]);
  for (const command of commands) {
    const words = command.spec.name.split(' ');
    const parent = byName.get(words.slice(0, -1).join(' '));
    if (!parent) throw new Error(`The table has "${command.spec.name}" before its parent.`);
    byName.set(command.spec.name, addCommand(parent, command, words));
  }
  for (const parent of byName.values()) parent.hook('preSubcommand', (_, child) => reached(child));
  return root;
};

const wordsOf = (command: Commander): string[] => (command.parent ? [...wordsOf(command.parent), command.name()] : []);

/** Reads the command line with the table. Throws a CliError for wrong usage. */
export const parse = (commands: readonly Command[], argv: readonly string[], env: NodeJS.ProcessEnv): Request => {
  let current: Commander | undefined;
  const root = build(commands, (command) => (current = command));
  let isHelp = false;
  try {
    root.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    isHelp = error.code === 'commander.helpDisplayed';
    if (!isHelp) throw usageError(error, commands, wordsOf(current ?? root));
  }
  const globals = root.opts<Record<string, unknown>>();
  const at = current ?? root;
  const words = wordsOf(at);
  const command = findCommand(commands, words);
  const [word] = at.args;
  if (isHelp) {
    if (!command?.load && word !== undefined && !word.startsWith('-')) throw unknownCommand(commands, words, at.args);
    return { kind: 'help', words, globals };
  }
  if (globals.version === true) return { kind: 'version', globals };
  if (!command?.load) {
    if (word?.startsWith('-')) throw unknownOption(commands, words, word);
    if (word !== undefined) throw unknownCommand(commands, words, at.args);
    if (words.length > 0) throw commandNeeded(commands, words);
    return { kind: 'help', words, globals };
  }
  const raw = at.opts<Record<string, unknown>>();
  const { arguments: specs = [], options: optionSpecs = {} } = command.spec;
  const args = specs.map((spec, index) => [spec.name, argumentValue(spec, at.processedArgs[index])] as const);
  const options = Object.entries(optionSpecs).map(
    ([key, spec]) => [key, optionValue(key, spec, raw[key], env)] as const,
  );
  return { kind: 'run', command, args: Object.fromEntries(args), options: Object.fromEntries(options), globals };
};
