import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { modulesFolder, ownModuleNames as namesIn } from '@messox/server/project';
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

const faultFields = { msg: z.string(), code: z.string(), help: z.string() };
const moduleFields = z.looseObject({
  name: z.string(),
  file: z.string(),
  needs: z.array(z.string()),
  migrations: z.int(),
  problems: z.array(z.looseObject({ path: z.array(z.string()), message: z.string() })),
});

/** A line of the log of `messox-server --check` that tells something. */
const lineSchema = z.union([
  z.object({ refused: z.string(), ...faultFields }),
  z.object({ loading: z.string() }),
  z.object({ module: moduleFields }),
  z.object({ files: z.array(z.string()) }),
  z.object(faultFields),
]);
type Line = z.infer<typeof lineSchema>;

/** A module may print what it likes beside them. */
const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line) => {
    try {
      const { data } = lineSchema.safeParse(JSON.parse(line));
      return data ? [data] : [];
    } catch {
      return [];
    }
  });

type Fault = Extract<Line, { code: string }>;

/** What a start would say, where that is a fault. */
const isVerdict = (line: Line): line is Fault => 'code' in line && !('refused' in line);

interface Look {
  readonly lines: readonly Line[];
  /** It came to its end, whatever it found: a fault of its own, or none and no failure after that. */
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
    isWhole: lines.some((line) => ('files' in line && exitCode === 0) || isVerdict(line)),
    why: timedOut
      ? `Loading took more than ${loadMs / 1_000} s. A file that waits for something must do so in setup.`
      : `The process ended with ${exitCode ?? 'a signal'}.${stderr === '' ? '' : `\n${printable(stderr.slice(-2_000))}`}`,
  };
};

const faultOf = ({ code, help, msg }: Fault): CliError =>
  new CliError(isErrorCode(code) ? code : 'module_invalid', msg, { fixes: [help] });

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
  const last = lines.findLast((line) => 'loading' in line || 'module' in line || 'refused' in line);
  return last && 'loading' in last ? last.loading : undefined;
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
    // Whatever a module prints, no other than one that is looked at, and that once.
    if (name !== undefined && names.includes(name) && !ended.has(name)) {
      ended.set(name, ending(name, why));
      continue;
    }
    const refused = lines.flatMap((line): [string, CliError][] =>
      'refused' in line ? [[line.refused, faultOf(line)]] : [],
    );
    const fault = lines.findLast(isVerdict);
    const [first] = ended.values();
    if (!isWhole && !first) throw ending(undefined, why);
    return {
      modules: lines.flatMap((line) =>
        'module' in line && names.includes(line.module.name) ? [line.module as OwnModule] : [],
      ),
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
