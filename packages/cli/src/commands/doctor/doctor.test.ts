import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CheckReport } from '../../doctor/check.ts';
import { emptyFolder, messox, messoxHere, projectFolder } from '../../testing/messox.ts';

const doctor = async (dir: string, ...args: string[]) => {
  const { stdout, exitCode } = await messoxHere(['doctor', '--json', ...args], { dir });
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: CheckReport[] };
  return { ok, exitCode, check: (id: string) => checks.find((report) => report.id === id), checks };
};

describe('messox doctor', () => {
  it('finds nothing that fails in a new project', async () => {
    const { ok, exitCode, checks } = await doctor(await projectFolder('--port', '0'));
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect({ ok, exitCode }).toEqual({ ok: true, exitCode: 0 });
    expect(checks.find(({ id }) => id === 'postgres-binaries')?.status).toBe('ok');
  });

  it('says in an empty folder what to do', async () => {
    const dir = await emptyFolder();
    const { stdout, exitCode } = await messox(['doctor'], { dir });
    expect(exitCode).toBe(4);
    expect(stdout).toContain('✖ failed  Settings: There is no messox server in this folder');
    expect(stdout).toContain('fix  messox init');
    expect(stdout).toContain('skipped Secrets: messox.yaml cannot be read');
  });

  it('names every error of the settings with its line', async () => {
    const dir = await projectFolder();
    await appendFile(join(dir, 'messox.yaml'), 'sever: 1\n');
    const { check, exitCode } = await doctor(dir, 'config');
    expect(exitCode).toBe(4);
    expect(check('settings')?.why).toMatch(
      /messox\.yaml:\d+:1 {2}sever: there is no such setting; did you mean server\?/,
    );
  });

  it('warns of secrets that others can read, and fails for that with --strict only', async () => {
    const dir = await projectFolder('--port', '0');
    await chmod(join(dir, '.env'), 0o644);
    const report = await doctor(dir, 'config');
    expect(report.check('secrets')).toMatchObject({ status: 'warn', fix: `chmod 600 '${join(dir, '.env')}'` });
    expect(report.exitCode).toBe(0);
    expect((await doctor(dir, 'config', '--strict')).exitCode).toBe(4);
  });

  it('names who has the port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const dir = await projectFolder('--port', String((server.address() as AddressInfo).port));
    const { check } = await doctor(dir, 'network');
    expect(check('listen')).toMatchObject({
      status: 'fail',
      fix: expect.stringMatching(/^messox config set server\.port \d+$/) as string,
    });
    if (process.platform === 'linux') expect(check('listen')?.why).toContain(`pid ${process.pid}`);
  });

  it('says what it means to listen to the world', async () => {
    const { check } = await doctor(await projectFolder('--host', '0.0.0.0', '--port', '0'), 'network');
    expect(check('exposure')).toMatchObject({ status: 'warn', why: expect.stringContaining('without TLS') as string });
  });

  it('refuses a database of another major version', async () => {
    const dir = await projectFolder();
    await mkdir(join(dir, 'data', 'postgres'), { recursive: true });
    await writeFile(join(dir, 'data', 'postgres', 'PG_VERSION'), '16\n');
    const { check, exitCode } = await doctor(dir, 'data');
    expect(check('postgres-data')).toMatchObject({
      status: 'fail',
      why: expect.stringContaining('PostgreSQL 16') as string,
    });
    expect(exitCode).toBe(4);
  });

  it('looks at the server that runs, where it listens', { timeout: 120_000 }, async () => {
    const dir = await projectFolder();
    const { stdout, stderr, exitCode } = await messox(['up', '-d', '--port', '0', '--json'], { dir });
    expect(exitCode, stderr).toBe(0);
    onTestFinished(async () => {
      await messox(['down'], { dir });
    });
    const { port } = JSON.parse(stdout) as { port: number };
    const { checks, check } = await doctor(dir, 'runtime', 'network', '--hold', '1');
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(check('listen')?.why).toContain(`port ${port} is in use by this server`);
    expect(check('idle')?.why).toBe('was left open for 1 s');
    expect(check('migrations')?.why).toMatch(/^all \d+ are applied$/);
  });

  it('has lines of 80 columns at most, each under the first one of what it tells', async () => {
    const dir = await projectFolder('--host', '0.0.0.0', '--port', '0');
    const { stdout } = await messoxHere(['doctor', 'network'], { dir });
    expect(stdout).toMatch(/\n {12}\S/);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('refuses a group that there is not', async () => {
    const { stderr, exitCode } = await messoxHere(['doctor', 'netwrok'], { dir: await emptyFolder() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean network?');
  });
});
