import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';

const built = (path: string): string => JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href);

/** A process that has the lock of the folder and works, until it is told to stop in whatever way. */
const worker = async (ownsSignals: boolean, onAbort: string) => {
  const dir = await emptyFolder();
  await mkdir(join(dir, '.messox'));
  const source = `const { interruptible } = await import(${built('framework/interrupt.js')});
    const { takeLock } = await import(${built('project/lock.js')});
    takeLock(${JSON.stringify(dir)}, 'test');
    process.exitCode = await interruptible(${ownsSignals}, () => console.log('told'), (signal) => new Promise((resolve) => {
      const timer = setInterval(() => {}, 1_000);
      signal.addEventListener('abort', () => { ${onAbort} });
      console.log('works');
    }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child.stdout, 'data');
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    child,
    said: () => output,
    isLocked: () => existsSync(join(dir, '.messox', 'lock')),
    exitCode: async () => (await closed)[0],
  };
};

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends a command at once, which lets go of its lock',
    async (signal) => {
      const { child, said, isLocked, exitCode } = await worker(false, '');
      expect(isLocked()).toBe(true);
      child.kill(signal);
      expect(await exitCode()).toBe(130);
      expect(said()).toContain('told');
      expect(isLocked()).toBe(false);
    },
  );

  it('is left to a command that ends by itself', async () => {
    const { child, said, isLocked, exitCode } = await worker(true, 'clearInterval(timer); resolve(0);');
    child.kill('SIGTERM');
    expect(await exitCode()).toBe(0);
    expect(said()).not.toContain('told');
    expect(isLocked()).toBe(false);
  });

  it('that comes again ends that command, too', async () => {
    // It speaks when what comes next is no longer the same press.
    const { child, exitCode } = await worker(true, "setTimeout(() => console.log('stopping'), 700);");
    child.kill('SIGINT');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await exitCode()).toBe(130);
  });

  it('that comes twice for one press counts once', async () => {
    const end = 'setTimeout(() => { clearInterval(timer); resolve(0); }, 100);';
    const { child, exitCode } = await worker(true, `console.log('stopping'); ${end}`);
    child.kill('SIGINT');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await exitCode()).toBe(0);
  });
});
