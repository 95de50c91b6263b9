import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { modulesFolder } from '@messox/server';
import { execa } from 'execa';
import { isErrorCode } from '../errors/codes.ts';
import { CliError } from '../errors/cli-error.ts';
import { printable } from '../output/printable.ts';
import { projectPaths } from './paths.ts';

/** What may stand below `modules` in messox.yaml for modules of the administrator's own: the names of their folders. */
export const ownModuleNames = (dir: string): string[] => {
  const folder = modulesFolder(dir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !/^[._]|^node_modules$/.test(entry.name))
    .map(({ name }) => name);
};

/** How long modules may take to load, in ms. */
const loadMs = 60_000;

const serverProgram = (): string =>
  join(createRequire(import.meta.url).resolve('@messox/server'), '..', '..', 'bin', 'messox-server.js');

interface Line {
  readonly msg?: unknown;
  readonly code?: unknown;
  readonly help?: unknown;
  readonly files?: unknown;
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

/**
 * Loads the administrator's own modules as a server does, in a process of its own: what their files say is done there.
 *
 * @returns their files
 * @throws CliError module_invalid, settings_invalid
 */
export const checkOwnModules = async (dir: string): Promise<readonly string[]> => {
  const words = ['--check', '--settings', projectPaths(dir).settings, '--modules', modulesFolder(dir)];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MESSOX_')));
  const { exitCode, stderr, stdout, timedOut } = await execa(process.execPath, [serverProgram(), ...words], {
    cwd: dir,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: loadMs,
  });
  const lines = linesOf(stdout);
  const fault = lines.findLast(({ code, help }) => typeof code === 'string' && typeof help === 'string');
  if (fault)
    throw new CliError(
      isErrorCode(String(fault.code)) ? (fault.code as 'module_invalid') : 'module_invalid',
      String(fault.msg),
      {
        fixes: [String(fault.help)],
      },
    );
  const files = lines.findLast((line) => Array.isArray(line.files))?.files;
  if (exitCode === 0 && Array.isArray(files)) return files.map(String);
  throw new CliError('module_invalid', 'A module of your own keeps the server from loading', {
    detail: timedOut
      ? `Loading took more than ${loadMs / 1_000} s. A file that waits for something must do so in setup.`
      : `The process ended with ${exitCode ?? 'a signal'}.${stderr === '' ? '' : `\n${printable(stderr.slice(-2_000))}`}`,
    fixes: [
      'Move the modules out of the folder modules and back, one by one, and type `messox doctor config` each time.',
    ],
  });
};
