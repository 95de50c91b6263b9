import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endLeftovers } from './leftovers.js';

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'messox-left-')))));
afterEach(() => rmSync(folder, { recursive: true }));

it.runIf(process.platform === 'linux').each([
  ['has the folder as its TMPDIR', () => ({ cwd: '/', env: { TMPDIR: folder } })],
  ['works in the folder', () => ({ cwd: folder, env: {} })],
])('finds and ends a process that %s', async (_, place) => {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
    ...place(),
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  expect(await endLeftovers(folder, 0)).toEqual([expect.stringMatching(new RegExp(`^${child.pid} .*setInterval`))]);
  expect(await ended).toEqual([null, 'SIGKILL']);
});

it('finds nothing where nothing was left', async () => {
  expect(await endLeftovers(folder)).toEqual([]);
});
