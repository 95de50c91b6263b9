import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { DatabaseAddress } from '../kernel/database/pool.ts';

export interface DatabaseProxy {
  /** What a server under test connects to. */
  readonly connection: DatabaseAddress;
  /** Cuts every connection, and refuses others until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Stands between a server under test and its database, so that the database can be away for the server alone. */
export const databaseProxy = async (target: DatabaseAddress): Promise<DatabaseProxy> => {
  const { database, password, user } = target;
  const open = new Set<Socket>();
  const join = (from: Socket, to: Socket): void => {
    open.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
    from.pipe(to);
  };
  const server = createServer((client) => {
    const { host = '127.0.0.1', path, port = 5432 } = target;
    const there = path === undefined ? connect({ host, port }) : connect({ path });
    join(client, there);
    join(there, client);
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    connection: { host: '127.0.0.1', port, user, password, database },
    cut,
    restore: () => listen(port),
    close: cut,
  };
};
