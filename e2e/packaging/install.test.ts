import { mkdirSync, mkdtempSync, chmodSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@messox/server/testing';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endLeftovers } from '../../scripts/testing/leftovers.js';
import { root } from './pack.ts';
import { packedOnce } from './packed-once.ts';
import { ready } from './ready.ts';

/** The machine of somebody who has Node and nothing of messox, in a folder that ends with the test. */
const machine = realpathSync(mkdtempSync(path.join(tmpdir(), 'messox-install-')));
// PostgreSQL, which does not run as root, has its folders below.
chmodSync(machine, 0o711);

/** How to reach the network is the machine's; nothing else of the clone and of this run may help. */
const fromHere =
  /^(npm_(?!config_(registry|https?_proxy|noproxy|cafile)$)|MESSOX_|VITEST|NODE_(ENV|PATH|OPTIONS)$|INIT_CWD$)/;
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !fromHere.test(name))),
  PATH: withoutClone(process.env.PATH ?? ''),
  HOME: `${machine}/home`,
  TMPDIR: `${machine}/tmp`,
  // Kept between runs: third-party packages are most of an installation's time.
  npm_config_cache: `${root}node_modules/.cache/messox/npm`,
  npm_config_prefer_offline: 'true',
  npm_config_update_notifier: 'false',
};
const launch = (command: string, args: string[], cwd: string, detached: boolean) =>
  execa(command, args, { cwd, env, extendEnv: false, stdin: 'ignore', all: true, detached });
type Running = ReturnType<typeof launch>;
const processes: Running[] = [];
let tarballs: string[];

beforeAll(async () => {
  for (const folder of ['home', 'tmp']) mkdirSync(`${machine}/${folder}`);
  tarballs = await packedOnce();
}, 120_000);

afterAll(async () => {
  for (const process of processes) process.kill('SIGKILL');
  await endLeftovers(machine);
  rmSync(machine, { recursive: true, force: true });
});

describe.each([
  ['with install scripts', []],
  ['without install scripts', ['--ignore-scripts']],
])('installed %s', (name, options) => {
  const folder = `${machine}/${name.replaceAll(' ', '-')}`;

  beforeAll(async () => {
    mkdirSync(folder);
    await start('npm', ['install', '--no-audit', '--no-fund', ...options, ...tarballs], folder);
  }, 300_000);

  it('knows its version', async () => {
    const { stdout } = await start('npx', ['messox', '--version'], folder);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('serves until it is told to stop, and stops as a whole', async () => {
    const port = await freePort();
    const up = ['up', '--yes', '--dir', 'chat', '--port', String(port)];
    const server = start(`${folder}/node_modules/.bin/messox`, up, folder);
    await ready(port, server);
    server.kill('SIGTERM');
    expect(await server).toMatchObject({ exitCode: 0 });
    expect(await endLeftovers(folder)).toEqual([]);
  }, 120_000);

  it('does so through npx, where a shell and npm stand in between', async () => {
    const port = await freePort();
    // In a process group of its own, as a terminal makes one: a signal to the group reaches npx, its shell and the server.
    const npx = start('npx', ['messox', 'up', '--yes', '--dir', 'chat', '--port', String(port)], folder, true);
    const ended = npx.catch((error: unknown) => error);
    await ready(port, npx);
    if (npx.pid === undefined) throw new Error('npx did not start.');
    process.kill(-npx.pid, 'SIGINT');
    await ended;
    expect(await endLeftovers(folder)).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
  }, 120_000);
});

it('has types that a program of others can use', async () => {
  const folder = `${machine}/with-install-scripts`;
  const names = ['@messox/client', '@messox/protocol', '@messox/server'];
  const program = names.map(
    (name, i) =>
      `import type * as p${i} from '${name}';\nexport const is${i}Typed: 0 extends 1 & typeof p${i} ? false : true = true;`,
  );
  writeFileSync(`${folder}/program.mts`, program.join('\n'));
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023'];
  await start(process.execPath, [`${root}node_modules/typescript/bin/tsc`, ...flags, 'program.mts'], folder);
});

function start(command: string, args: string[], cwd: string, detached = false): Running {
  const started = launch(command, args, cwd, detached);
  processes.push(started);
  return started;
}

/** Without the clone's own executables, which npm and pnpm put first: they would hide what is missing from the packages. */
function withoutClone(paths: string): string {
  return paths
    .split(path.delimiter)
    .filter((entry) => !entry.startsWith(root))
    .join(path.delimiter);
}
