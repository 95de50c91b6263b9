import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort, testDatabase } from '@messox/server/testing';
import { onTestFinished, vi } from 'vitest';
import { emptyFolder, messoxHere } from '../messox.ts';
import { type FakeDocker, fakeDocker } from './index.ts';

/** A folder with a server that Docker runs, and the Docker for it. */
export interface FakeStack {
  readonly dir: string;
  readonly docker: FakeDocker;
}

/** Lets a test database be the one of the stack in the folder. It goes with the test. */
const standInDatabase = async ({ state }: FakeDocker, dir: string): Promise<void> => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const { database: name, host = '127.0.0.1', password, path, port, user } = database.connection;
  const url = new URL(`postgres://${host}:${port}/${name}`);
  url.username = user;
  url.password = password;
  writeFileSync(join(dir, 'secrets', 'database-url'), url.href);
  if (path !== undefined) url.searchParams.set('host', dirname(path));
  state.database = { url: url.href, place: path === undefined ? { host, port } : { path } };
};

/** Makes a server of one process of each kind, for this machine alone, of which nothing runs yet. Its database is a real one. */
export const fakeStack = async (name?: string): Promise<FakeStack> => {
  const dir = await emptyFolder(name);
  await messoxHere(['init', '--yes', '--mode', 'compose', '--tls', 'off', '--replicas', '1'], { dir });
  for (const [key, value] of [
    ['deploy.ports.http', String(await freePort())],
    // The PostgreSQL of the test run lets in so many.
    ['database.connections', '2'],
  ] as const)
    await messoxHere(['config', 'set', key, value], { dir });
  const docker = await fakeDocker();
  await standInDatabase(docker, dir);
  return { dir, docker };
};

/** Runs the program in the process of the test, with this Docker. */
export const withDocker = (
  { env }: FakeDocker,
  dir: string,
): ((...args: string[]) => ReturnType<typeof messoxHere>) => {
  vi.stubEnv('PATH', env.PATH);
  onTestFinished(() => void vi.unstubAllEnvs());
  return (...args) => messoxHere(args, { dir });
};
