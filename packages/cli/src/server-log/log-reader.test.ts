import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { LogReader } from './log-reader.ts';
import { RotatingFile } from './rotating-file.ts';

const any = () => true;
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

const logOf = async (lines: readonly string[], maxBytes = 60) => {
  const path = join(await emptyFolder(), 'server.log');
  const file = new RotatingFile(path, { maxBytes });
  const write = (more: readonly string[]) => more.forEach((line) => file.write(`${line}\n`));
  write(lines);
  return { path, write };
};

describe('LogReader', () => {
  it('reads the last lines over several files, and of those the ones that pass', async () => {
    const { path } = await logOf(range(0, 20));
    const log = await LogReader.open(path);
    expect(await log.last(12, any)).toEqual(range(8, 20));
    await log.close();
    const again = await LogReader.open(path);
    expect(await again.last(3, (line) => line.endsWith('1') || line.endsWith('9'))).toEqual([
      'line 9',
      'line 11',
      'line 19',
    ]);
    await again.close();
  });

  it('reads all lines in their order', async () => {
    const { path } = await logOf(range(0, 20));
    const log = await LogReader.open(path);
    const lines: string[] = [];
    for await (const line of log.all()) lines.push(line);
    expect(lines).toEqual(range(0, 20));
    await log.close();
  });

  it('follows what is written, each line once and in order, wherever the files are moved to', async () => {
    const { path, write } = await logOf(range(0, 3));
    const log = await LogReader.open(path);
    expect(await log.last(1, any)).toEqual(['line 2']);
    const stop = new AbortController();
    const lines: string[] = [];
    let next = 3;
    // Moved aside between the reading and the following, too.
    write(range(next, (next += 12)));
    for await (const line of log.follow(stop.signal)) {
      lines.push(line);
      if (lines.length === next - 3 && next < 200) write(range(next, (next += 17)));
      else if (lines.length === next - 3) stop.abort();
    }
    expect(lines).toEqual(range(3, next));
    await log.close();
  });

  it('waits for a log that is not there yet', async () => {
    const { path, write } = await logOf([]);
    rmSync(path);
    const log = await LogReader.open(path);
    expect(log.isEmpty).toBe(true);
    const stop = new AbortController();
    const lines: string[] = [];
    const following = (async () => {
      for await (const line of log.follow(stop.signal)) {
        lines.push(line);
        if (lines.length === 2) stop.abort();
      }
    })();
    new RotatingFile(path).write('one\n');
    new RotatingFile(path).write('two\n');
    await following;
    expect(lines).toEqual(['one', 'two']);
    write([]);
    await log.close();
  });

  it('ends at once when it is told to', async () => {
    const { path } = await logOf(range(0, 3));
    const log = await LogReader.open(path);
    const stop = new AbortController();
    const following = log.follow(stop.signal).next();
    stop.abort();
    await following;
    await log.close();
  });
});
