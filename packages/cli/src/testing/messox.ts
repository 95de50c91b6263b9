import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { commands } from '../commands.ts';
import { run } from '../framework/run.ts';

export const bin = fileURLToPath(new URL('../../bin/messox.js', import.meta.url));

/** How the program calls itself, however the tests were started. */
const command = { MESSOX_COMMAND: 'messox' };

/** What a person's own surroundings could change about a test. */
const cleared = ['CI', 'NO_COLOR', 'FORCE_COLOR', 'TERM', 'LC_ALL', 'LC_CTYPE', 'LANG', 'NODE_OPTIONS', 'VITEST'];

export const cleanEnv = (): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || cleared.includes(name) || name.startsWith('MESSOX_') || name.startsWith('npm_')
        ? []
        : [[name, value]],
    ),
  ),
  ...command,
});

export interface MessoxOptions {
  /** The project folder, and the working folder of the process. */
  readonly dir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Without root's right to pass by the modes of files, where the test runs as root. */
  readonly unprivileged?: boolean;
}

/** Root stays who it is and keeps its files; what it loses is the right to open those of any mode. */
const withoutRights = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all', '--'];

/** Runs the built program as a process of its own, without a terminal. */
export const messox = async (
  args: readonly string[],
  { dir, env = {}, input = '', unprivileged = false }: MessoxOptions,
) => {
  const prefix = unprivileged && process.getuid?.() === 0 ? withoutRights : [];
  const [program = '', ...words] = [...prefix, process.execPath, bin, ...args];
  const { stdout, stderr, exitCode } = await execa(program, words, {
    cwd: dir,
    env: { ...cleanEnv(), LANG: 'C.UTF-8', ...env },
    extendEnv: false,
    input,
    reject: false,
    timeout: 60_000,
  });
  return { stdout, stderr, exitCode };
};

/**
 * Runs the program inside the test's own process, where the many cases of a table would start too many others.
 * What concerns the process itself (its streams, signals, exit) is for `messox`.
 */
export const messoxHere = async (args: readonly string[], { dir, env = {} }: Pick<MessoxOptions, 'dir' | 'env'>) => {
  const written = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const exitCode = await run(commands, {
    argv: args,
    env: { ...command, LANG: 'C.UTF-8', MESSOX_DIR: dir, ...env },
    stdin: {},
    stdout: into('stdout'),
    stderr: into('stderr'),
  });
  return { stdout: written.stdout.replace(/\n$/, ''), stderr: written.stderr.replace(/\n$/, ''), exitCode };
};

/** A folder with a server made by `init`. */
export const projectFolder = async (...options: string[]): Promise<string> => {
  const dir = await emptyFolder();
  const { exitCode, stderr } = await messoxHere(['init', '--yes', ...options], { dir });
  if (exitCode !== 0) throw new Error(stderr);
  return dir;
};

/** An empty folder that goes with the test. */
export const emptyFolder = async (name = 'messox'): Promise<string> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
