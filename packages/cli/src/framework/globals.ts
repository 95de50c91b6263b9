import { resolve } from 'node:path';
import { CliError } from '../errors/cli-error.ts';
import { usualDir } from '../project/usual-dir.ts';

/** The options that every command has. */
export interface GlobalFlags {
  /** Absolute path of the project folder. */
  readonly dir: string;
  /** Confirmations are answered with yes. */
  readonly yes: boolean;
  /** False for `--no-input`: nothing is asked. */
  readonly input: boolean;
  readonly json: boolean;
  readonly color: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

interface GlobalOption {
  readonly flags: string;
  readonly about: string;
  readonly env: `MESSOX_${string}` | undefined;
}

export const globalOptions: readonly GlobalOption[] = [
  { flags: '--dir <folder>', about: 'Project folder; default: the current one, or its data', env: 'MESSOX_DIR' },
  { flags: '-y, --yes', about: 'Answer every confirmation with yes', env: 'MESSOX_YES' },
  { flags: '--no-input', about: 'Ask nothing; what is missing is an error', env: 'MESSOX_NO_INPUT' },
  { flags: '--json', about: 'Print one JSON object on stdout', env: 'MESSOX_JSON' },
  { flags: '--no-color', about: 'No colours (NO_COLOR and FORCE_COLOR work too)', env: 'MESSOX_NO_COLOR' },
  { flags: '-v, --verbose', about: 'Tell more, and stacks of errors', env: 'MESSOX_VERBOSE' },
  { flags: '-q, --quiet', about: 'Tell nothing but the result and errors', env: 'MESSOX_QUIET' },
  { flags: '--version', about: 'Print the version', env: undefined },
  { flags: '-h, --help', about: 'Explain the command', env: undefined },
];

const on = new Set(['1', 'true', 'yes', 'on']);
const off = new Set(['', '0', 'false', 'no', 'off']);

const envFlag = (env: NodeJS.ProcessEnv, name: string): boolean => {
  const value = (env[name] ?? '').toLowerCase();
  if (on.has(value)) return true;
  if (off.has(value)) return false;
  throw new CliError('invalid_usage', `${name} is "${env[name] ?? ''}"`, {
    fixes: [`Set ${name} to 1 or 0, or unset it.`],
  });
};

/** Flags as commander hands them over. */
export type RawGlobals = Readonly<Record<string, unknown>>;

/** Flags before parsing, for errors of parsing itself: as far as can be seen without the table. */
export const guessGlobals = (argv: readonly string[], env: NodeJS.ProcessEnv) => {
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const has = (...names: string[]) => names.some((name) => words.includes(name));
  const at = words.findIndex((word) => /^--dir(=|$)/.test(word));
  const named = words[at] === '--dir' ? words[at + 1] : words[at]?.slice('--dir='.length);
  const flag = (name: string, ...names: string[]) => has(...names) || on.has((env[name] ?? '').toLowerCase());
  return {
    json: flag('MESSOX_JSON', '--json'),
    color: !flag('MESSOX_NO_COLOR', '--no-color'),
    verbose: flag('MESSOX_VERBOSE', '-v', '--verbose'),
    quiet: flag('MESSOX_QUIET', '-q', '--quiet'),
    dir: named === undefined ? usualDir(env) : resolve(named),
  };
};

/** What holds: the command line before the environment, which says the same as `MESSOX_<NAME>`. */
export const readGlobals = (raw: RawGlobals, env: NodeJS.ProcessEnv): GlobalFlags => {
  const flag = (name: string, variable: string) => raw[name] === true || envFlag(env, variable);
  const unless = (name: string, variable: string) => raw[name] !== false && !envFlag(env, variable);
  if (raw.dir === '') throw new CliError('invalid_usage', 'The folder of --dir is empty', { fixes: ['--dir .'] });
  return {
    dir: typeof raw.dir === 'string' ? resolve(raw.dir) : usualDir(env),
    yes: flag('yes', 'MESSOX_YES'),
    input: unless('input', 'MESSOX_NO_INPUT'),
    json: flag('json', 'MESSOX_JSON'),
    color: unless('color', 'MESSOX_NO_COLOR'),
    verbose: flag('verbose', 'MESSOX_VERBOSE'),
    quiet: flag('quiet', 'MESSOX_QUIET'),
  };
};
