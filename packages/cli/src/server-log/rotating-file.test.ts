import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { logPaths, RotatingFile } from './rotating-file.ts';

const linesOf = (path: string, files?: number): string[] =>
  logPaths(path, files)
    .filter((name) => existsSync(name))
    .toReversed()
    .flatMap((name) => readFileSync(name, 'utf8').split('\n').slice(0, -1));

describe('RotatingFile', () => {
  it('moves files aside at their size, keeps whole lines and loses none that still fits', async () => {
    const path = join(await emptyFolder(), 'logs', 'server.log');
    const file = new RotatingFile(path, { maxBytes: 100, files: 4 });
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index} é`);
    for (const line of lines) file.write(`${line}\n`);
    file.close();
    expect(linesOf(path, 4)).toEqual(lines.slice(-linesOf(path, 4).length));
    expect(linesOf(path, 4).length).toBeGreaterThan(24);
    for (const name of logPaths(path, 4)) expect(statSync(name).size).toBeLessThanOrEqual(100);
    expect(existsSync(`${path}.4`)).toBe(false);
  });

  it('is for its owner alone, and leaves the mode of a file that is there', async () => {
    const path = join(await emptyFolder(), 'logs', 'server.log');
    new RotatingFile(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o640);
    new RotatingFile(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('goes on after a start and ends a line that a crash cut short', async () => {
    const path = join(await emptyFolder(), 'server.log');
    writeFileSync(path, 'one\ntw');
    const file = new RotatingFile(path, { maxBytes: 1_000 });
    file.write('three\n');
    file.close();
    expect(linesOf(path)).toEqual(['one', 'tw', 'three']);
  });

  it('writes a line that is larger than a file', async () => {
    const path = join(await emptyFolder(), 'server.log');
    const file = new RotatingFile(path, { maxBytes: 10 });
    for (const line of ['a', 'b'.repeat(50), 'c']) file.write(`${line}\n`);
    file.close();
    expect(linesOf(path)).toEqual(['a', 'b'.repeat(50), 'c']);
  });

  it.skipIf(!existsSync('/dev/full'))('bears a disk that takes nothing', async () => {
    const path = join(await emptyFolder(), 'server.log');
    symlinkSync('/dev/full', path);
    const file = new RotatingFile(path);
    for (let count = 0; count < 3_000; count += 1) file.write(`${'x'.repeat(1_000)}\n`);
    file.close();
  });
});
