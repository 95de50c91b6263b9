import { createInterface } from 'node:readline';
import type { Options } from 'execa';
import { dockerFailure } from './docker-failure.ts';

export interface DockerOptions {
  /** What it works on; the folder that compose reads its files in. */
  readonly cwd?: string;
  /** Given on stdin; nothing else is. */
  readonly input?: string;
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** Called with each line that it says on the way, of both streams. */
  readonly onLine?: (line: string) => void;
  /** False: stdout is for `onLine` alone and not kept. */
  readonly keeps?: boolean;
  /** What was tried, for the error: `build the image of the server`. */
  readonly doing: string;
}

/** How much of what a call says is kept, in characters. */
const keptChars = 64 * 1024 * 1024;

/** Of the admin's environment, what would make compose look at other files or another project than those of this folder. */
const misleading = [
  'COMPOSE_FILE',
  'COMPOSE_PATH_SEPARATOR',
  'COMPOSE_PROJECT_NAME',
  'COMPOSE_ENV_FILES',
  'COMPOSE_PROFILES',
  'COMPOSE_ANSI',
];

export const dockerEnv = (env: NodeJS.ProcessEnv): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || misleading.includes(name) || name.startsWith('MESSOX_') ? [] : [[name, value]],
    ),
  ),
  // Errors are recognised by their words.
  LC_ALL: 'C.UTF-8',
});

const execaOptions = ({ cwd, input, keeps = true, signal }: DockerOptions) =>
  ({
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(signal ? { cancelSignal: signal } : {}),
    env: dockerEnv(process.env),
    extendEnv: false,
    reject: false,
    maxBuffer: keptChars,
    // Ctrl-C is for the command, which knows what must not be left half done.
    detached: true,
    cleanup: true,
    buffer: { stdout: keeps, stderr: true },
  }) satisfies Options;

/**
 * Runs `docker` with these words, never through a shell, and answers with its stdout.
 *
 * @throws CliError docker_missing, docker_not_running, docker_no_permission, compose_missing, image_missing, port_in_use, …:
 * what its stderr says, else docker_failed; interrupted
 */
export const runDocker = async (words: readonly string[], options: DockerOptions): Promise<string> => {
  // Its many files are read only where Docker is called.
  const { execa } = await import('execa');
  const child = execa('docker', words, execaOptions(options));
  const { onLine } = options;
  if (onLine) for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  const { code, exitCode, isCanceled, signal, stderr, stdout } = await child;
  if (exitCode === 0) return stdout;
  throw dockerFailure({
    words,
    doing: options.doing,
    stderr,
    stdout,
    // Until it has a session of its own, in its first moment, Ctrl-C reaches it, too.
    isCanceled: isCanceled || signal === 'SIGINT',
    ...(code === undefined ? {} : { code }),
  });
};
