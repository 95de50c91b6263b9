import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { DatabaseAddress } from '../kernel/database/pool.ts';

export interface DatabaseProxy {
  /** What a server under test connects to. */
  readonly connection: DatabaseAddress;
  /** Cuts every connection, and refuses others until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Carries nothing more on the connections that there are, like a route that is gone; new ones are carried. */
  mute(): void;
  /** Cuts a connection instead of handing its answer on, once a statement with `text` was carried out, as `tag` tells. */
  loseAnswer(text: string, tag: string): void;
  /** Connections that were taken so far. */
  readonly taken: number;
  close(): Promise<void>;
}

/** Stands between a server under test and its database, so that the database can be away for the server alone. */
export const databaseProxy = async (target: DatabaseAddress): Promise<DatabaseProxy> => {
  const { database, password, user } = target;
  const open = new Set<Socket>();
  let taken = 0;
  let losing: { text: string; tag: string } | undefined;
  const join = (from: Socket, to: Socket): void => {
    open.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    taken += 1;
    const { host = '127.0.0.1', path, port = 5432 } = target;
    const there = path === undefined ? connect({ host, port }) : connect({ path });
    join(client, there);
    join(there, client);
    let losingTag: string | undefined;
    client.on('data', (data) => {
      if (losing && data.includes(losing.text)) {
        losingTag = losing.tag;
        losing = undefined;
      }
      there.write(data);
    });
    there.on('data', (data) => {
      if (losingTag !== undefined && data.includes(losingTag)) client.destroy();
      else client.write(data);
    });
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
    mute: () => {
      for (const socket of open) socket.pause();
    },
    loseAnswer: (text, tag) => void (losing = { text, tag }),
    get taken() {
      return taken;
    },
    close: cut,
  };
};
