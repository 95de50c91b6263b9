import type { ExitCode } from '../errors/exit.ts';
import type { Context } from './context.ts';

/** The groups of `messox --help`, in its order. */
export const groups = ['Lifecycle', 'Data', 'Config', 'Admin', 'Help'] as const;

/** What a shell completes a value with. */
export type Completes = 'folder' | 'file' | 'setting' | 'command';

interface OptionBase {
  readonly about: string;
  /** One letter. */
  readonly short?: string;
}
interface ValueOption extends OptionBase {
  /** What the value is called in the help: `--host <address>`. */
  readonly value: string;
  /** The environment variable that is read when the option is not given. */
  readonly env?: `MESSOX_${string}`;
  readonly completes?: Completes;
}
/** An option; its key in the table, in camelCase, becomes `--kebab-case`. */
export type OptionSpec =
  | (OptionBase & { readonly type: 'flag' })
  | (ValueOption & { readonly type: 'text'; readonly default?: string })
  | (ValueOption & {
      readonly type: 'integer';
      readonly min?: number;
      readonly max?: number;
      readonly default?: number;
    })
  | (ValueOption & { readonly type: 'choice'; readonly choices: readonly string[]; readonly default?: string })
  | (ValueOption & { readonly type: 'list' });

export interface ArgumentSpec {
  readonly name: string;
  readonly about: string;
  readonly optional?: true;
  /** Takes all that follow; only the last one may. */
  readonly variadic?: true;
  readonly choices?: readonly string[];
  readonly completes?: Completes;
}

/** A command as data: all that parsing, help, completion and the docs need, and no code of the command itself. */
export interface CommandSpec {
  /** The words after `messox`: `up`, `config get`. */
  readonly name: string;
  readonly group: (typeof groups)[number];
  /** Shown in lists: at most 54 characters, no full stop. */
  readonly summary: string;
  /** Shown in the command's own help, below the usage. */
  readonly about?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  /** At most two: the command line without `messox`, and what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** With `--json` it prints one object a line for as long as it runs, rather than one object. */
  readonly streams?: true;
  /** It ends by itself when `context.signal` is aborted; others are ended at once. */
  readonly ownsSignals?: true;
}

type OptionValue<O extends OptionSpec> = O extends { readonly type: 'flag' }
  ? boolean
  : O extends { readonly type: 'list' }
    ? readonly string[]
    : | (O extends { readonly type: 'integer' }
          ? number
          : O extends { readonly type: 'choice'; readonly choices: readonly (infer C)[] }
            ? C
            : string)
      | (O extends { readonly default: unknown } ? never : undefined);

/** The values of a command's options by key. */
export type OptionsOf<S extends CommandSpec> = S extends {
  readonly options: infer O extends Readonly<Record<string, OptionSpec>>;
}
  ? { readonly [K in keyof O]: OptionValue<O[K]> }
  : Readonly<Record<string, never>>;

type ArgumentValue<A extends ArgumentSpec> = A extends { readonly variadic: true }
  ? readonly (A extends { readonly choices: readonly (infer C)[] } ? C : string)[]
  : | (A extends { readonly choices: readonly (infer C)[] } ? C : string)
    | (A extends { readonly optional: true } ? undefined : never);

/** The values of a command's arguments by name. */
export type ArgumentsOf<S extends CommandSpec> = S extends {
  readonly arguments: infer A extends readonly ArgumentSpec[];
}
  ? { readonly [X in A[number] as X['name']]: ArgumentValue<X> }
  : Readonly<Record<string, never>>;

/** What a command's `run.ts` exports as `run`. Faults are thrown; the exit code tells an expected outcome. */
export type Run<S extends CommandSpec = CommandSpec> = (
  context: Context,
  args: ArgumentsOf<S>,
  options: OptionsOf<S>,
) => Promise<ExitCode>;

/** Keeps the literal types of a spec, from which `Run` gets those of the arguments and options. */
export const defineCommand = <const S extends CommandSpec>(spec: S): S => spec;

/** A command of the table; one without `load` only holds subcommands. */
export interface Command {
  readonly spec: CommandSpec;
  readonly load?: () => Promise<Run<never>>;
}

/** Puts a command in the table; `load` imports its code when it is run and not before. */
export const command = <S extends CommandSpec>(spec: S, load: () => Promise<{ readonly run: Run<S> }>): Command => ({
  spec,
  load: async () => (await load()).run,
});

/** The `--name` of an option. */
export const longFlag = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
