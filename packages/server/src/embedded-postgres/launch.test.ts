import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { chooseLaunch } from './launch.ts';
import { newCluster, newDataDir, PASSWORD } from './new-folder.test.fixture.ts';
import { spawnServer } from './spawn-server.test.fixture.ts';

// Each test starts whole databases, some of them several.
vi.setConfig({ testTimeout: 90_000 });

const run = promisify(execFile);
/** The checkout itself may lie below a folder that only root can pass: then every start needs the capability, and no other user reads the code. */
const checkoutIsClosed = (): boolean => {
  const here = fileURLToPath(import.meta.url).split(path.sep);
  return here
    .slice(1)
    .some((_, depth) => (statSync(here.slice(0, depth + 1).join(path.sep) || '/').mode & 0o001) === 0);
};
const NOBODY = 65_534;
const rootOnLinux = process.platform === 'linux' && process.geteuid?.() === 0;
/** From capabilities(7). */
const DAC_OVERRIDE = 1n << 1n;
const DAC_READ_SEARCH = 1n << 2n;

/** Whom a process runs as and what it may do, from proc(5). */
async function rightsOf(pid: number): Promise<{ uid: number; capabilities: bigint; groups: string }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const [uid] = field('Uid').split('\t');
  return { uid: Number(uid), capabilities: BigInt(`0x${field('CapEff')}`), groups: field('Groups').trim() };
}

describe.runIf(rootOnLinux)('as root', () => {
  it('runs PostgreSQL as an unprivileged user without any capability', async () => {
    if (checkoutIsClosed()) return;
    const dataDir = await newDataDir();
    const server = spawnServer(dataDir, PASSWORD);
    const rights = await rightsOf((await server.event('started')).pid);
    expect(rights).toEqual({ uid: (await stat(dataDir)).uid, capabilities: 0n, groups: '' });
    expect(rights.uid).not.toBe(0);
    await server.kill('SIGTERM');
  });

  it('gives it the capability to pass a folder that only root can pass', async () => {
    const dataDir = await newDataDir();
    await chmod(path.dirname(dataDir), 0o700);
    const server = spawnServer(dataDir, PASSWORD);
    const rights = await rightsOf((await server.event('started')).pid);
    expect(rights).toMatchObject({ capabilities: DAC_READ_SEARCH, groups: '' });
    expect(rights.uid).not.toBe(0);
    await server.kill('SIGTERM');
  });

  it('makes that capability count for access(2), with which initdb looks for its programs', async () => {
    const closed = path.dirname(await newDataDir());
    await chmod(closed, 0o700);
    const file = path.join(closed, 'file');
    await writeFile(file, '');
    const { prefix, env } = await chooseLaunch({ uid: NOBODY, gid: NOBODY }, [file]);
    const [program, ...args] = [...prefix, process.execPath, '-e', 'fs.accessSync(process.argv[1])', file];
    await expect(run(program, args, { env })).resolves.toBeDefined();
  });

  it('gives it the stronger capability where a container withholds the other', async () => {
    const dataDir = await newCluster();
    await chmod(path.dirname(dataDir), 0o700);
    const server = spawnServer(dataDir, PASSWORD, { prefix: ['setpriv', '--bounding-set=-dac_read_search'] });
    expect(await rightsOf((await server.event('started')).pid)).toMatchObject({ capabilities: DAC_OVERRIDE });
    await server.kill('SIGTERM');
  });

  it('names the folder that cannot be passed where there is no setpriv', async () => {
    if (checkoutIsClosed()) return;
    const folder = path.dirname(await newDataDir());
    const bin = path.join(folder, 'bin');
    await mkdir(bin);
    for (const tool of ['id', 'sleep']) await symlink(`/usr/bin/${tool}`, path.join(bin, tool));
    const closed = path.join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const server = spawnServer(path.join(closed, 'data', 'postgres'), PASSWORD, { env: { PATH: bin } });
    const failed = await server.event('failed');
    expect(failed.code).toBe('postgres_unreachable_folder');
    expect(failed.message).toContain(`${closed} cannot be passed`);
    expect(failed.help).toContain(`chmod a+x '${closed}'`);
  });

  it('says so when it may not become another user', async () => {
    const server = spawnServer(await newDataDir(), PASSWORD, { prefix: ['setpriv', '--bounding-set=-setuid'] });
    expect(await server.event('failed')).toMatchObject({
      code: 'postgres_start_failed',
      message: expect.stringContaining('may not become') as string,
    });
  });
});

describe('as an ordinary user', () => {
  it.runIf(rootOnLinux)('names a folder that cannot be read', async () => {
    if (checkoutIsClosed()) return;
    const dataDir = await newDataDir();
    await chmod(path.dirname(dataDir), 0o700);
    const server = spawnServer(path.join(dataDir, 'postgres'), PASSWORD, { uid: NOBODY, gid: NOBODY });
    const failed = await server.event('failed');
    expect(failed.code).toBe('postgres_unreachable_folder');
    expect(failed.message).toContain(dataDir);
  });

  it('gives PostgreSQL its own user', async () => {
    if (checkoutIsClosed()) return;
    const dataDir = await newDataDir();
    const ordinary = rootOnLinux ? { uid: NOBODY, gid: NOBODY } : {};
    if (rootOnLinux) await chmod(path.dirname(dataDir), 0o777);
    const server = spawnServer(dataDir, PASSWORD, ordinary);
    const { pid } = await server.event('started');
    expect((await stat(dataDir)).uid).toBe(ordinary.uid ?? process.geteuid?.());
    if (process.platform === 'linux') expect((await rightsOf(pid)).capabilities).toBe(0n);
    await server.kill('SIGTERM');
  });
});
