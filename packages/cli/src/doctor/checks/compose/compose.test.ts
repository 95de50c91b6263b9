import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { migrate } from '@messox/server';
import { testDatabase } from '@messox/server/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectName } from '../../../project/compose-project.ts';
import { loadSettings } from '../../../project/settings.ts';
import { fakeDocker } from '../../../testing/docker.ts';
import { messox, messoxHere, projectFolder } from '../../../testing/messox.ts';
import type { CheckReport } from '../../check.ts';

/** A port that this very process has. */
const usedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
};

const composeFolder = async (port: number): Promise<string> => {
  const dir = await projectFolder('--mode', 'compose', '--tls', 'off');
  await messoxHere(['config', 'set', 'deploy.ports.http', String(port)], { dir });
  return dir;
};

const doctor = async (dir: string, path: string, ...words: string[]) => {
  const { stdout, exitCode } = await messox(['doctor', '--json', ...words], { dir, env: { PATH: path } });
  const { checks } = JSON.parse(stdout) as { checks: CheckReport[] };
  return { exitCode, of: (id: string) => checks.find((report) => report.id === id), checks };
};

describe('a server that Docker runs', () => {
  it('is looked at before it is started for the first time', async () => {
    const described = { services: { rabbitmq: { hostname: 'rabbitmq' }, postgres: { ports: [] } } };
    const { of, checks } = await doctor(await composeFolder(18_080), await fakeDocker({ described }));
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(of('docker')).toMatchObject({ status: 'ok', why: '28.5.2, with Compose 2.40.3' });
    expect(of('broker-host')).toMatchObject({ status: 'ok', why: 'rabbitmq; it does not run' });
    for (const id of ['containers', 'migrations']) expect(of(id)).toMatchObject({ status: 'skip' });
    for (const other of ['postgres-data', 'listen', 'ready']) expect(of(other)).toBeUndefined();
  });

  it('is not started where another has its port, and nothing is changed', async () => {
    const port = await usedPort();
    const dir = await composeFolder(port);
    const { stderr, exitCode } = await messox(['up'], { dir, env: { PATH: await fakeDocker() } });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('[checks_failed]');
    expect(stderr).toContain(`pid ${process.pid}`);
    expect(stderr).not.toContain('Starting');
  });

  it('is not started where its database is for everyone', async () => {
    const described = {
      services: { rabbitmq: { hostname: 'rabbitmq' }, postgres: { ports: [{ target: 5432, published: '5432' }] } },
    };
    const { of, exitCode } = await doctor(await composeFolder(18_080), await fakeDocker({ described }), 'data');
    expect(of('data-ports')).toMatchObject({
      status: 'fail',
      why: expect.stringContaining('PostgreSQL of postgres at 0.0.0.0:5432') as string,
    });
    expect(exitCode).toBe(4);
  });

  it('is told what mends a Docker that is too old, and what needs it is left out', async () => {
    const { of } = await doctor(await composeFolder(18_080), await fakeDocker({ engine: '20.10.24' }));
    expect(of('docker')).toMatchObject({
      status: 'fail',
      why: expect.stringContaining('20.10.24') as string,
      fix: expect.stringContaining('docker-ce') as string,
    });
    expect(of('ports')).toMatchObject({ status: 'skip', why: 'Docker does not answer' });
  });

  it('is told how its database and this version of messox go together', async () => {
    const database = await testDatabase();
    onTestFinished(() => database.drop());
    const dir = await composeFolder(18_080);
    await messoxHere(['config', 'render'], { dir });
    const { database: name, password, path, user } = database.connection;
    await writeFile(join(dir, 'secrets', 'database-url'), `postgres://${user}:${password}@postgres:5432/${name}`);
    const running = { project: projectName(dir, loadSettings(dir)), services: ['api'] };
    const docker = await fakeDocker({ running, postgres: path ?? '' });
    const look = async () => (await doctor(dir, docker, 'runtime')).of('migrations');
    expect(await look()).toMatchObject({
      status: 'warn',
      why: expect.stringMatching(/^pending: timeline 1, /) as string,
    });
    await migrate(database.sql);
    expect(await look()).toMatchObject({ status: 'ok', why: expect.stringMatching(/^all \d+ are applied$/) as string });
    await database.sql`insert into messox_migrations (module, number, name, checksum) values ('timeline', 900, 'contract-names', '')`;
    expect(await look()).toMatchObject({ status: 'fail', why: 'not as this version has them: timeline 900' });
  });

  it('is told when the clock of Docker is another', async () => {
    const info = { SystemTime: new Date(Date.now() - 3_600_000).toISOString() };
    const { of } = await doctor(await composeFolder(18_080), await fakeDocker({ info }), 'host');
    expect(of('clock')).toMatchObject({
      status: 'warn',
      why: expect.stringContaining('ahead of that of Docker') as string,
    });
    expect(of('clock-outside')).toMatchObject({ status: 'skip', why: 'the public address is one of this machine' });
  });

  it('is asked for its time at its public address once it runs, and not before', async () => {
    const dir = await projectFolder('--mode', 'compose', '--tls', 'proxy', '--domain', 'chat.invalid');
    const look = async (path: string) => (await doctor(dir, path, 'host')).of('clock-outside');
    expect(await look(await fakeDocker())).toMatchObject({ status: 'skip', why: 'no nginx runs' });
    const running = { project: projectName(dir, loadSettings(dir)), services: ['nginx'] };
    expect(await look(await fakeDocker({ running }))).toMatchObject({ status: 'warn' });
  });

  it('keeps its secrets closed', async () => {
    const dir = await composeFolder(18_080);
    await mkdir(join(dir, 'secrets'), { recursive: true });
    await chmod(join(dir, 'secrets'), 0o755);
    const { of } = await doctor(dir, await fakeDocker(), 'config');
    expect(of('secrets')).toMatchObject({ status: 'warn', fix: `chmod 700 '${join(dir, 'secrets')}'` });
  });
});
