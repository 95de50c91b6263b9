import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { run } from './run.js';
import { Stop } from './stop.js';

const node = (program: string): ReturnType<typeof run> => run(process.execPath, ['-e', program], { quiet: true });

it('says whether a program succeeded, and gathers what it said', async () => {
  expect(await node('console.log("out"); console.error("err")')).toMatchObject({ ok: true, output: 'out\nerr\n' });
  expect(await node('process.exit(3)')).toMatchObject({ ok: false, output: '' });
});

it('says what could not be run', async () => {
  await expect(run('no-such-program', [])).rejects.toThrow(/Could not run no-such-program/);
});

it('passes a signal that arrives in two ways on once, and ends as it asks', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'messox-run-'));
  const got = path.join(folder, 'got');
  const listeners = process.listenerCount('SIGTERM');
  const running = node(`
    const { appendFileSync } = require('node:fs');
    process.on('SIGTERM', () => {
      appendFileSync(${JSON.stringify(got)}, 'SIGTERM ');
      setTimeout(() => process.exit(0), 200);
    });
    appendFileSync(${JSON.stringify(got)}, 'ready ');
    setInterval(() => {}, 1000);
  `).catch((error: unknown) => error);
  while (!existsSync(got)) await setTimeout(10);
  process.emit('SIGTERM', 'SIGTERM');
  process.emit('SIGTERM', 'SIGTERM');
  const stop = await running;
  expect(stop).toBeInstanceOf(Stop);
  expect(stop).toMatchObject({ message: '', exitCode: 143 });
  expect(readFileSync(got, 'utf8')).toBe('ready SIGTERM ');
  expect(process.listenerCount('SIGTERM')).toBe(listeners);
  rmSync(folder, { recursive: true });
});
