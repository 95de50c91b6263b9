import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CliError } from '../errors/cli-error.ts';
import { emptyFolder } from '../testing/messox.ts';
import { takeLock, withLock } from './lock.ts';
import { processIdentity } from './process-identity.ts';

const module = new URL('../../dist/project/lock.js', import.meta.url).href;

/** A process that has the lock of the folder until it is ended. */
const holder = async (dir: string) => {
  const source = `const { takeLock } = await import(${JSON.stringify(module)}); takeLock(${JSON.stringify(dir)}, 'up'); console.log('has it'); setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return {
    pid: child.pid,
    end: async (signal: 'SIGKILL' | 'SIGTERM') => {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
};

const refusal = (dir: string): CliError => {
  try {
    takeLock(dir, 'down')();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('It was given.');
};

const plant = async (dir: string, owner: object): Promise<void> => {
  await mkdir(join(dir, '.messox', 'lock'), { recursive: true });
  await writeFile(join(dir, '.messox', 'lock', 'owner.json'), JSON.stringify(owner));
};

const ownerOf = {
  host: hostname(),
  user: 'ana',
  command: 'up',
  startedAt: '2026-01-01T00:00:00.000Z',
  version: '0.1.0',
};

describe('the lock of a project folder', () => {
  it('is refused while another process has it, which is named', async () => {
    const dir = await emptyFolder();
    const other = await holder(dir);
    const error = refusal(dir);
    expect(error).toMatchObject({ code: 'locked', exit: 7 });
    expect(error.detail).toContain(`messox up (pid ${other.pid}`);
    await other.end('SIGTERM');
    expect(existsSync(join(dir, '.messox', 'lock'))).toBe(false);
    takeLock(dir, 'down')();
  });

  it('is taken over from a process that was killed', async () => {
    const dir = await emptyFolder();
    const other = await holder(dir);
    await other.end('SIGKILL');
    expect(existsSync(join(dir, '.messox', 'lock'))).toBe(true);
    const letGo = takeLock(dir, 'down');
    expect(JSON.parse(await readFile(join(dir, '.messox', 'lock', 'owner.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
      command: 'down',
    });
    letGo();
    expect(existsSync(join(dir, '.messox', 'lock'))).toBe(false);
  });

  it('is taken over when its pid now belongs to another process', async () => {
    const dir = await emptyFolder();
    await plant(dir, { ...ownerOf, pid: process.ppid, identity: 'of another time' });
    takeLock(dir, 'down')();
    await plant(dir, { ...ownerOf, pid: process.ppid, identity: processIdentity(process.ppid) });
    expect(refusal(dir).code).toBe('locked');
  });

  it('of another machine is never taken over', async () => {
    const dir = await emptyFolder();
    await plant(dir, { ...ownerOf, host: 'elsewhere', pid: 1, identity: 'unknown here' });
    expect(refusal(dir).fixes.join()).toContain('rm -r');
  });

  it('of which the details are lost is taken over', async () => {
    const dir = await emptyFolder();
    await mkdir(join(dir, '.messox', 'lock'), { recursive: true });
    await writeFile(join(dir, '.messox', 'lock', 'owner.json'), '{"pid": ');
    takeLock(dir, 'down')();
  });

  it('is not held up by one that died in a takeover', async () => {
    const dir = await emptyFolder();
    await plant(dir, { ...ownerOf, pid: process.ppid, identity: 'of another time' });
    const takeover = join(dir, '.messox', 'lock', 'takeover');
    await mkdir(takeover);
    expect(refusal(dir).code).toBe('locked');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(takeover, longAgo, longAgo);
    expect(refusal(dir).code).toBe('locked');
    takeLock(dir, 'down')();
  });

  it('is let go of when the work fails', async () => {
    const dir = await emptyFolder();
    await expect(withLock(dir, 'up', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    takeLock(dir, 'down')();
  });

  it('is given to one at a time', { timeout: 60_000 }, async () => {
    const dir = await emptyFolder();
    await plant(dir, { ...ownerOf, pid: process.ppid, identity: 'of another time' });
    // Each adds one to a number in a file, which only comes out right when no two do so at the same time.
    const source = `import { readFileSync, writeFileSync } from 'node:fs';
      const { takeLock } = await import(${JSON.stringify(module)});
      const file = ${JSON.stringify(join(dir, 'count'))};
      for (let done = 0; done < 40; ) {
        let letGo;
        try { letGo = takeLock(${JSON.stringify(dir)}, 'test'); } catch (error) { if (error.code !== 'locked') throw error; await new Promise(setImmediate); continue; }
        const count = Number(readFileSync(file, 'utf8'));
        await new Promise(setImmediate);
        writeFileSync(file, String(count + 1));
        letGo();
        done += 1;
      }`;
    await writeFile(join(dir, 'count'), '0');
    await Promise.all([1, 2, 3].map(() => execa(process.execPath, ['--input-type=module', '-e', source])));
    expect(await readFile(join(dir, 'count'), 'utf8')).toBe('120');
  });
});
