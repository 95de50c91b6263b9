import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { root } from '../paths.ts';

const bin = join(root, 'packages', 'cli', 'bin', 'messox.js');

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

/** Runs the command line as an administrator does, in a folder, and keeps all that it ever said. */
export class Messox {
  /** What was said by all runs, to be searched for what nobody may see. */
  readonly transcript: string;

  constructor(folder: string) {
    this.transcript = join(folder, 'transcript.txt');
  }

  async try(dir: string, words: readonly string[], input = ''): Promise<Ran> {
    const { exitCode, stderr, stdout } = await execa(process.execPath, [bin, ...words, '--dir', dir], {
      cwd: dir,
      env: { MESSOX_COMMAND: 'messox', NO_COLOR: '1' },
      input,
      reject: false,
    });
    await appendFile(this.transcript, `$ messox ${words.join(' ')}\n${stdout}\n${stderr}\n`);
    return { stdout, stderr, exitCode };
  }

  /** @throws Error with all that it said, when it does not end well */
  async run(dir: string, words: readonly string[], input = ''): Promise<string> {
    const { exitCode, stderr, stdout } = await this.try(dir, words, input);
    if (exitCode === 0) return stdout;
    throw new Error(`messox ${words.join(' ')} ended with ${exitCode}:\n${stdout}\n${stderr}`);
  }

  async json(dir: string, words: readonly string[], input = ''): Promise<Record<string, unknown>> {
    const lines = (await this.run(dir, [...words, '--json'], input)).trim().split('\n');
    return JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  }
}
