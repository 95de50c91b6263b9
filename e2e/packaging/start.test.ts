import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@messox/server/testing';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endLeftovers } from '../../scripts/testing/leftovers.js';
import { root } from './pack.ts';
import { ready } from './ready.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'messox-start-')));
  chmodSync(folder, 0o711);
});
afterEach(async () => {
  await endLeftovers(folder);
  rmSync(folder, { recursive: true, force: true });
});

// Ctrl-C and the end of a session reach the whole group of processes, and npm passes the signal on once more.
it.each(['SIGINT', 'SIGTERM'] as const)(
  'npm start ends as a whole and in order after %s',
  async (signal) => {
    const port = await freePort();
    const npm = execa('npm', ['start', '--', '--port', String(port), '--dir', `${folder}/chat`], {
      cwd: root,
      env: { TMPDIR: folder },
      stdin: 'ignore',
      all: true,
      detached: true,
    });
    await ready(port, npm);
    if (npm.pid === undefined) throw new Error('npm did not start.');
    process.kill(-npm.pid, signal);
    expect(await npm).toMatchObject({ exitCode: 0 });
    expect(await endLeftovers(folder)).toEqual([]);
  },
  120_000,
);
