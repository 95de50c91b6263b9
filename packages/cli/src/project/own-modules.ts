import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { modulesFolder, ownModuleNames as namesIn } from '@messox/server';
import { isErrorCode } from '../errors/codes.ts';
import { CliError } from '../errors/cli-error.ts';
import { printable } from '../output/printable.ts';
import { projectPaths } from './paths.ts';
import type { JsonSchema } from './setting.ts';

/** What may stand below `modules` in messox.yaml for modules of the administrator's own: the names of their folders. */
export const ownModuleNames = (dir: string): string[] => namesIn(modulesFolder(dir));

/** A module of the administrator's own, as the server's process that loaded it tells of it. */
export interface OwnModule {
  readonly name: string;
  /** `modules/guestbook/index.mjs` */
  readonly file: string;
  readonly version?: string;
  readonly needs: readonly string[];
  /** How many it has. */
  readonly migrations: number;
  readonly schema?: JsonSchema;
  /** What holds, where the module takes what is set. */
  readonly settings?: unknown;
  readonly problems: readonly {
    /** Below the name of the module. */
    readonly path: readonly string[];
    readonly message: string;
    readonly unknown?: readonly string[];
  }[];
}

export interface OwnModules {
  readonly modules: readonly OwnModule[];
  /** Those that cannot be loaded, by name. */
  readonly refused: ReadonlyMap<string, CliError>;
  /** What a start would say. */
  readonly verdict: CliError | undefined;
}

/** How long modules may take to load, in ms. */
const loadMs = 60_000;

const serverProgram = (): string =>
  join(createRequire(import.meta.url).resolve('@messox/server'), '..', '..', 'bin', 'messox-server.js');

interface Line {
  readonly msg?: unknown;
  readonly code?: unknown;
  readonly help?: unknown;
  readonly files?: unknown;
  readonly loading?: unknown;
  readonly refused?: unknown;
  readonly module?: unknown;
}

const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line) => {
    try {
      const parsed: unknown = JSON.parse(line);
      return typeof parsed === 'object' && parsed !== null ? [parsed] : [];
    } catch {
      // A module may print what it likes.
      return [];
    }
  });

interface Look {
  readonly lines: readonly Line[];
  /** It came to its end, whatever it found. */
  readonly isWhole: boolean;
  /** How it ended where it did not. */
  readonly why: string;
}

/** A process of the server's that loads the modules: what their files say is done there. */
const look = async (dir: string, source: string | undefined, without: readonly string[]): Promise<Look> => {
  const settings = source === undefined ? projectPaths(dir).settings : '-';
  const words = ['--check', '--settings', settings, '--modules', modulesFolder(dir)];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MESSOX_')));
  const leftOut = without.flatMap((name) => ['--without', name]);
  const { execa } = await import('execa');
  const { exitCode, stderr, stdout, timedOut } = await execa(
    process.execPath,
    [serverProgram(), ...words, ...leftOut],
    {
      cwd: dir,
      env,
      extendEnv: false,
      reject: false,
      timeout: loadMs,
      ...(source === undefined ? { stdin: 'ignore' as const } : { input: source }),
    },
  );
  const lines = linesOf(stdout);
  return {
    lines,
    isWhole: lines.some(
      ({ code, files, refused }) => refused === undefined && (code !== undefined || Array.isArray(files)),
    ),
    why: timedOut
      ? `Loading took more than ${loadMs / 1_000} s. A file that waits for something must do so in setup.`
      : `The process ended with ${exitCode ?? 'a signal'}.${stderr === '' ? '' : `\n${printable(stderr.slice(-2_000))}`}`,
  };
};

const faultOf = ({ code, help, msg }: Line): CliError =>
  new CliError(isErrorCode(String(code)) ? (code as 'module_invalid') : 'module_invalid', String(msg), {
    fixes: [String(help)],
  });

const ending = (name: string | undefined, why: string): CliError =>
  new CliError(
    'module_invalid',
    `${name === undefined ? 'A module' : `modules/${name}`} keeps the server from loading`,
    {
      detail: why,
      fixes: [
        name === undefined
          ? 'Move the modules out of the folder modules and back, one by one, and type `messox doctor config` each time.'
          : `Mend it, or leave it alone: mv modules/${name} modules/_${name}`,
      ],
    },
  );

/** The module that was being loaded when the process ended. */
const culprit = (lines: readonly Line[]): string | undefined => {
  const last = lines.findLast(({ loading, module, refused }) => loading ?? module ?? refused);
  return typeof last?.loading === 'string' ? last.loading : undefined;
};

export interface Which {
  /** What is read in place of messox.yaml. */
  readonly source?: string | undefined;
  /** The only one that is looked at. */
  readonly only?: string | undefined;
}

/**
 * Loads the administrator's own modules as a server does, in a process of its own, with their settings. One that ends the
 * process is left out of a second try, so that the others are told of.
 *
 * @throws CliError module_invalid, where it is not known which one ends the process
 */
export const describeOwnModules = async (dir: string, { only, source }: Which = {}): Promise<OwnModules> => {
  const names = ownModuleNames(dir);
  const others = only === undefined || !names.includes(only) ? [] : names.filter((name) => name !== only);
  const ended = new Map<string, CliError>();
  for (;;) {
    const { isWhole, lines, why } = await look(dir, source, [...others, ...ended.keys()]);
    const name = isWhole ? undefined : culprit(lines);
    if (name !== undefined) {
      ended.set(name, ending(name, why));
      continue;
    }
    const refused = lines.flatMap((line): [string, CliError][] =>
      typeof line.refused === 'string' ? [[line.refused, faultOf(line)]] : [],
    );
    const fault = lines.findLast(({ code, refused: of }) => code !== undefined && of === undefined);
    const [first] = ended.values();
    if (!isWhole && !first) throw ending(undefined, why);
    return {
      modules: lines.flatMap(({ module }) => (module === undefined ? [] : [module as OwnModule])),
      refused: new Map([...ended, ...refused]),
      verdict: first ?? (fault && faultOf(fault)),
    };
  }
};

/**
 * Throws what a start would say of the modules and their settings.
 *
 * @returns their files
 * @throws CliError module_invalid, settings_invalid
 */
export const checkOwnModules = async (dir: string): Promise<readonly string[]> => {
  const { modules, verdict } = await describeOwnModules(dir);
  if (verdict) throw verdict;
  return modules.map(({ file }) => file);
};

/** What stands below `modules` for a module that is set aside: its folder. */
export const setAside = (dir: string, name: string): string | undefined =>
  existsSync(join(modulesFolder(dir), `_${name}`)) ? `modules/_${name}` : undefined;
