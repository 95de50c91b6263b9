import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LimitName } from '@messox/protocol';
import { freePort, startTestRabbitmq } from '@messox/server/testing';
import type { Dice } from '../dice.ts';
import { clockEnvironment, makeClock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import { limits as usual } from './limits.ts';
import { Proxy } from './proxy.ts';
import { startSeparatePostgres } from './separate-postgres.ts';
import { ServerProcess } from './server-process.ts';
import { mountSmallDisk } from './small-disk.ts';

const program = fileURLToPath(import.meta.resolve('@messox/server')).replace('dist/index.js', 'bin/messox-server.js');

const names = ['api-1', 'api-2', 'gateway-1', 'gateway-2'] as const;

const rolesOf = (name: string): string[] => (name === 'api-1' ? ['api', 'worker'] : [name.replace(/-\d+$/, '')]);

const limitVariables = (limits: Partial<Record<LimitName, number>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [
      `MESSOX_LIMITS__${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
      String(value),
    ]),
  );

/** Two APIs and two gateways with a PostgreSQL and a RabbitMQ of their own, and a proxy in each line between them. */
export const startMany = async (): Promise<Cluster> => {
  const dir = await mkdtemp(path.join(tmpdir(), 'messox-faults-'));
  await chmod(dir, 0o711);
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true, maxRetries: 5 })];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const dataFolder = path.join(dir, 'data');
    await mkdir(dataFolder, { mode: 0o711 });
    const disk = await mountSmallDisk(dataFolder);
    if (disk) undo.push(() => disk.unmount());
    const password = randomBytes(16).toString('hex');
    const database = await startSeparatePostgres(path.join(dataFolder, 'postgres'), password, disk && dataFolder);
    undo.push(() => database.stop());
    const broker = await startTestRabbitmq();
    undo.push(() => broker.stop());
    const databaseLine = await Proxy.start(() => ({ path: database.socket }));
    undo.push(() => databaseLine.close());
    const brokerLine = await Proxy.start(() => ({ host: '127.0.0.1', port: broker.address.port }));
    undo.push(() => brokerLine.close());

    const amqpUrl = new URL(broker.url);
    amqpUrl.port = String(brokerLine.port);
    const environment = {
      MESSOX_DATABASE_URL: `postgres://messox:${password}@127.0.0.1:${databaseLine.port}/messox?sslmode=disable`,
      MESSOX_AMQP_URL: amqpUrl.href,
      MESSOX_TOKEN_KEY: randomBytes(32).toString('hex'),
      MESSOX_LOG__LEVEL: 'warn',
    };
    const makeServer = async (name: string, roles: readonly string[], own: Partial<Record<LimitName, number>> = {}) => {
      const port = await freePort();
      const clock = await makeClock(path.join(dir, `${name}.clock`));
      const server = new ServerProcess({
        name,
        roles: new Set(roles),
        port,
        words: [program, '--role', roles.join(',')],
        environment: {
          ...environment,
          ...limitVariables({ ...usual, ...own }),
          MESSOX_SERVER__PORT: String(port),
          ...(clock === undefined ? {} : clockEnvironment(clock)),
        },
        logFile: path.join(dir, `${name}.log`),
      });
      undo.push(() => server.stop());
      return { server, clock };
    };
    const made = await Promise.all(names.map((name) => makeServer(name, rolesOf(name))));
    const servers = made.map(({ server }) => server);
    await Promise.all(servers.map((server) => server.start()));
    const clientLines = new Map<string, Proxy>();
    for (const { spec } of servers) {
      const line = await Proxy.start(() => ({ host: '127.0.0.1', port: spec.port }));
      undo.push(() => line.close());
      clientLines.set(spec.name, line);
    }
    const someOf = (role: string, dice: Dice): string => {
      const able = servers.filter(({ spec }) => spec.roles.has(role));
      return `127.0.0.1:${clientLines.get(dice.pick(able).spec.name)?.port ?? 0}`;
    };
    const lines = [...clientLines.values(), databaseLine, brokerLine];
    return {
      servers,
      database,
      broker,
      clientLines,
      databaseLine,
      brokerLine,
      clocks: new Map(made.flatMap(({ clock, server }) => (clock === undefined ? [] : [[server.spec.name, clock]]))),
      socketUrl: (dice) => `ws://${someOf('gateway', dice)}/ws`,
      apiUrl: (dice) => `http://${someOf('api', dice)}`,
      heal: async () => {
        for (const line of lines) line.heal();
        for (const server of servers) server.signal('SIGCONT');
        await database.start();
        await Promise.all(servers.map((server) => server.start()));
      },
      openReader: async () => {
        const { server } = await makeServer('reader', ['api', 'gateway'], { catchUpEntries: 1_000_000 });
        await server.start();
        return server.url;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
