import { globalOptions } from '../../framework/globals.ts';
import { longFlag, type Command, type Completes, type OptionSpec } from '../../framework/spec.ts';
import { commandsBelow, lastWord } from '../../framework/table.ts';

/** What can be typed for a value. */
export interface Values {
  readonly words: readonly string[];
  readonly folders: boolean;
  readonly files: boolean;
}

export interface Flag {
  /** `--port`, `-p` */
  readonly names: readonly string[];
  readonly about: string;
  /** Missing for a flag without a value. */
  readonly values: Values | undefined;
}

/** One command as a shell sees it: what can follow its words. */
export interface Place {
  /** The words after `messox`; empty for messox itself. */
  readonly path: string;
  readonly children: readonly { readonly word: string; readonly about: string }[];
  /** Its own, without those that every command has. */
  readonly flags: readonly Flag[];
  readonly values: Values;
}

/** All that a completion script is made of. */
export interface Tree {
  /** messox itself first, then every command of the table. */
  readonly places: readonly Place[];
  /** The flags of every command. */
  readonly globals: readonly Flag[];
}

const none: Values = { words: [], folders: false, files: false };

const join = (all: readonly Values[]): Values => ({
  words: all.flatMap(({ words }) => words),
  folders: all.some(({ folders }) => folders),
  files: all.some(({ files }) => files),
});

/** What the table says to a shell. `keys` are the names of settings. */
export const completionTree = (commands: readonly Command[], keys: readonly string[]): Tree => {
  const valuesOf = (choices: readonly string[] | undefined, completes: Completes | undefined): Values => {
    if (choices) return { ...none, words: choices };
    if (completes === 'setting') return { ...none, words: keys };
    if (completes === 'command') return { ...none, words: commandsBelow(commands, []).map(lastWord) };
    return { words: [], folders: completes === 'folder', files: completes === 'file' };
  };
  const flagOf = (key: string, option: OptionSpec): Flag => ({
    names: [longFlag(key), ...(option.short === undefined ? [] : [`-${option.short}`])],
    about: option.about,
    values:
      option.type === 'flag'
        ? undefined
        : valuesOf(option.type === 'choice' ? option.choices : undefined, option.completes),
  });
  const globals = globalOptions.map(({ flags, about }): Flag => ({
    names: flags.match(/-{1,2}[a-z-]+/g) ?? [],
    about,
    values: flags.includes('<folder>') ? { ...none, folders: true } : undefined,
  }));
  const childrenOf = (path: readonly string[]) =>
    commandsBelow(commands, path).map((child) => ({ word: lastWord(child), about: child.spec.summary }));
  const placeOf = ({ spec }: Command): Place => ({
    path: spec.name,
    children: childrenOf(spec.name.split(' ')),
    flags: Object.entries(spec.options ?? {}).map(([key, option]) => flagOf(key, option)),
    values: join((spec.arguments ?? []).map(({ choices, completes }) => valuesOf(choices, completes))),
  });
  const root: Place = { path: '', children: childrenOf([]), flags: [], values: none };
  return { places: [root, ...commands.map(placeOf)], globals };
};

/** Every command's words, by which a shell finds where it is. */
export const paths = (places: readonly Place[]): string[] => places.map(({ path }) => path).filter(Boolean);

/** `<path> <flag>` of every command's own flag that takes a value, which is then no word of the command. */
export const valueFlags = (places: readonly Place[]): string[] =>
  places.flatMap(({ path, flags }) => takingValues(flags).map((name) => `${path} ${name}`));

/** The names of those flags that take a value. */
export const takingValues = (flags: readonly Flag[]): string[] =>
  flags.flatMap(({ names, values }) => (values ? names : []));
