import { dirname } from 'node:path';
import { testDatabase, testVhost } from '@messox/server/testing';

export interface Surroundings {
  /** What each `messox-server` is told by its environment. */
  readonly environment: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

interface Connection {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Of a Unix socket. */
  readonly path?: string;
  readonly port?: number;
}

/** What does not depend on where database and broker are. */
export const common = {
  MESSOX_TOKEN_KEY: 'a key for tests only, of more than 32 characters',
  MESSOX_DATABASE__CONNECTIONS: '3',
  MESSOX_LIMITS__RECONNECT_SPREAD_MS: '50',
};

/** As `MESSOX_DATABASE_URL` has it. */
export const databaseUrl = ({ database, password, path, port, user }: Connection): string => {
  const url = new URL(`postgres://127.0.0.1/${database}`);
  url.username = user;
  url.password = password;
  if (port !== undefined) url.port = String(port);
  if (path !== undefined) url.searchParams.set('host', dirname(path));
  return url.href;
};

/** An empty database and an empty vhost, for the processes of one server. */
export const makeSurroundings = async (): Promise<Surroundings> => {
  const [database, vhost] = await Promise.all([testDatabase(), testVhost()]);
  return {
    environment: {
      MESSOX_DATABASE_URL: databaseUrl(database.connection),
      MESSOX_AMQP_URL: vhost.url,
      ...common,
    },
    drop: async () => {
      await database.drop();
      await vhost.drop();
    },
  };
};
