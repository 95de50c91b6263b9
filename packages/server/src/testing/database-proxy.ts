import type { DatabaseAddress } from '../kernel/database/pool.ts';
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts';

export interface DatabaseProxy extends TcpProxy {
  /** What a server under test connects to. */
  readonly connection: DatabaseAddress;
}

/** Stands between a server under test and its database, so that the database can be away for the server alone. */
export const databaseProxy = async (target: DatabaseAddress): Promise<DatabaseProxy> => {
  const { database, host = '127.0.0.1', password, path, port = 5432, user } = target;
  const proxy = await tcpProxy(path === undefined ? { host, port } : { path });
  return { ...proxy, connection: { host: '127.0.0.1', port: proxy.port, user, password, database } };
};
