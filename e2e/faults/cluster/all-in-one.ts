import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LimitName } from '@messox/protocol';
import { freePort } from '@messox/server/testing';
import { clockEnvironment, makeClock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import { limits as usual } from './limits.ts';
import { asAdmin, findPostmaster } from './postmaster.ts';
import { program } from './program.ts';
import { Proxy } from './proxy.ts';
import { mountSmallDisk } from './small-disk.ts';
import { ServerProcess } from './server-process.ts';

export interface AllInOneOptions {
  readonly limits?: Partial<Record<LimitName, number>>;
  /** Modules that Node loads first. */
  readonly preload?: readonly string[];
}

/** The default of every administrator: one process with all roles and a PostgreSQL of its own, as `messox up` runs it. */
export const startAllInOne = async ({ limits = {}, preload = [] }: AllInOneOptions = {}): Promise<Cluster> => {
  const dir = await mkdtemp(path.join(tmpdir(), 'messox-faults-'));
  await chmod(dir, 0o711);
  const secrets = { databasePassword: randomBytes(16).toString('hex'), tokenKey: randomBytes(32).toString('hex') };
  const dataFolder = path.join(dir, 'data');
  const disk = await mountSmallDisk(dataFolder);
  const clock = await makeClock(path.join(dir, 'clock'));
  const port = await freePort();
  const spec = (own: Partial<Record<LimitName, number>>) => ({
    name: 'server',
    roles: new Set(['api', 'gateway', 'worker']),
    port,
    words: [
      ...preload.flatMap((file) => ['--import', file]),
      program('embedded-server'),
      dir,
      String(port),
      JSON.stringify({ ...usual, ...limits, ...own }),
    ],
    environment: {
      FAULTS_DATABASE_PASSWORD: secrets.databasePassword,
      FAULTS_TOKEN_KEY: secrets.tokenKey,
      ...(clock === undefined ? {} : clockEnvironment(clock)),
    },
    logFile: path.join(dir, 'server.log'),
  });
  let server = new ServerProcess(spec({}));
  const line = await Proxy.start(() => ({ host: '127.0.0.1', port }));
  const remove = async (): Promise<void> => {
    await disk?.unmount();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await server.start();
  } catch (error) {
    await server.kill();
    await line.close();
    await remove();
    throw error;
  }
  const dataDir = path.join(dataFolder, 'postgres');
  return {
    servers: [server],
    clientLines: new Map([['server', line]]),
    clocks: new Map(clock === undefined ? [] : [['server', clock]]),
    database: {
      ...(disk ? { disk: dataFolder } : {}),
      asAdmin: (work) => asAdmin(dataDir, secrets.databasePassword, work),
      // It ends with its database, and brings it back.
      start: () => server.start(),
      pid: async () => (await findPostmaster(dataDir))?.pid,
    },
    socketUrl: () => `ws://127.0.0.1:${line.port}/ws`,
    apiUrl: () => `http://127.0.0.1:${line.port}`,
    heal: async () => {
      line.heal();
      server.signal('SIGCONT');
      await server.start();
    },
    openReader: async () => {
      await server.stop();
      server = new ServerProcess(spec({ catchUpEntries: 1_000_000 }));
      await server.start();
      return server.url;
    },
    stop: async () => {
      await line.close();
      await server.stop();
      await remove();
    },
  };
};
