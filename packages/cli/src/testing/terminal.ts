import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { bin, cleanEnv } from './messox.ts';

/** Waits for a text after the last one that was waited for, and types then. */
export interface Step {
  readonly wait: string;
  /** What is typed then, or done. */
  readonly type: string | (() => void);
}

export interface TerminalOptions {
  readonly dir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

export const keys = { enter: '\r', down: '\u001b[B', ctrlC: '\u0003', tab: '\t', clear: '\u0015' } as const;

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

// eslint-disable-next-line no-control-regex -- escape sequences begin with the escape character
const escapes = /\u001b(?:\[[\d;?]*[A-Za-z]|[()][A-Z0-9]|[=>])/g;

export interface Typed {
  /** Without escape sequences. */
  readonly output: string;
  /** As it came. */
  readonly raw: string;
  readonly exitCode: number | null;
}

/** Runs a shell command in a terminal of 80 columns (util-linux's `script` makes one) and answers what it asks. */
export const shellInTerminal = (command: string, { dir, env = {}, steps = [] }: TerminalOptions): Promise<Typed> =>
  new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', `stty cols 80 rows 40; ${command}`, '/dev/null'], {
      cwd: dir,
      env: { ...cleanEnv(), LANG: 'C.UTF-8', TERM: 'xterm', SHELL: '/bin/sh', ...env },
      stdio: 'pipe',
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let [output, raw] = ['', ''];
    let seen = 0;
    const left = [...steps];
    const look = (chunk: Buffer): void => {
      raw += chunk.toString();
      output += chunk.toString().replace(escapes, '');
      for (let step = left[0]; step; step = left[0]) {
        const at = output.indexOf(step.wait, seen);
        if (at < 0) return;
        seen = at + step.wait.length;
        left.shift();
        if (typeof step.type === 'string') child.stdin.write(step.type);
        else step.type();
      }
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('error', reject);
    child.on('close', (exitCode) => {
      if (left.length > 0) reject(new Error(`It never showed "${left[0]?.wait ?? ''}":\n${output}`));
      else resolve({ output, raw, exitCode });
    });
  });

/** Runs the built program in a terminal. It takes the place of the shell, whose own end after Ctrl-C would hide its exit code. */
export const messoxInTerminal = (args: readonly string[], options: TerminalOptions) =>
  shellInTerminal(`exec ${[process.execPath, bin, ...args].map(quote).join(' ')}`, options);
