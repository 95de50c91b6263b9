import { appendFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messoxHere, projectFolder } from '../testing/messox.ts';
import { passForServer } from '../testing/server-state.ts';
import { runChecks } from './run-checks.ts';

const usedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
};

describe('before a server is started', () => {
  it('settings and secrets that are wrong are told as everywhere', async () => {
    const dir = await projectFolder('--port', '0');
    await rm(join(dir, '.env'));
    expect(await messoxHere(['up'], { dir })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[secrets_missing]') as string,
    });
    await appendFile(join(dir, 'messox.yaml'), 'servre: 1\n');
    const [up, validate] = [await messoxHere(['up', '-d'], { dir }), await messoxHere(['config', 'validate'], { dir })];
    expect(up.exitCode).toBe(2);
    expect(up.stderr).toContain('[settings_invalid]');
    expect(up).toEqual(validate);
  });

  it('a port in use is told once, with what changes the one that was meant', async () => {
    const port = await usedPort();
    const dir = await projectFolder('--port', '0');
    const given = await messoxHere(['up', '-d', '--port', String(port)], { dir });
    expect(given.exitCode).toBe(4);
    expect(given.stderr.split(`port ${port} is in use`)).toHaveLength(2);
    expect(given.stderr).toMatch(/fix {3}messox up -d --port \d+$/m);
    const here = await messoxHere(['up', '--host', '127.0.0.1', '--port', String(port)], { dir });
    expect(here.stderr).toMatch(/fix {3}messox up --host 127\.0\.0\.1 --port \d+$/m);
    const away = await messoxHere(['up', '--host', '203.0.113.9', '--port', String(port)], { dir });
    expect(away.stderr).toContain(`fix   messox up --host 127.0.0.1 --port ${port}`);
    const set = await projectFolder('--port', String(port));
    expect((await messoxHere(['up'], { dir: set })).stderr).toMatch(/fix {3}messox config set server\.port \d+$/m);
  });

  it('it is judged where it will listen, and not where the one before listens', async () => {
    const dir = await projectFolder('--host', '0.0.0.0', '--port', '0');
    passForServer(dir, { host: '127.0.0.1' });
    const find = async (occasion: 'doctor' | 'up') =>
      (await runChecks(occasion, { dir })).find(({ id }) => id === 'exposure');
    expect(await find('up')).toMatchObject({ status: 'warn' });
    expect(await find('doctor')).toMatchObject({ status: 'ok' });
  });

  it('a second one is refused with times and words of here', async () => {
    const dir = await projectFolder('--port', '0');
    passForServer(dir, { detached: false });
    const { exitCode, stderr } = await messoxHere(['up'], { dir });
    expect(exitCode).toBe(7);
    expect(stderr).toMatch(/http:\/\/127\.0\.0\.1:8080, since (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d$/m);
    // It could not be restarted.
    expect(stderr).not.toContain('messox restart');
  });
});
