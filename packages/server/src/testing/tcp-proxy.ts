import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';

export interface TcpProxy {
  /** Of 127.0.0.1, where it listens. */
  readonly port: number;
  /** Cuts every connection, and refuses others until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Passes nothing on in either direction and keeps the connections, as a network that swallows packets, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Passes nothing more on over the connections that there are, like a route that is gone; new ones work. */
  mute(): void;
  /** Cuts a connection in place of the answer that holds `answer`, once something with `text` was sent over it. */
  loseAnswer(text: string, answer: string): void;
  /** How many connections were made. */
  made(): number;
  close(): Promise<void>;
}

/** Stands between a server under test and something that it needs, so that this can be away for that server alone. */
export const tcpProxy = async (target: NetConnectOpts): Promise<TcpProxy> => {
  const open = new Set<Socket>();
  let frozen = false;
  let made = 0;
  let losing: { text: string; answer: string } | undefined;
  const join = (from: Socket, to: Socket, isCut: (data: Buffer) => boolean): void => {
    open.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
    // Not a pipe, which would begin to flow by itself again.
    from.on('data', (data) => {
      if (isCut(data)) from.destroy();
      else if (!to.write(data)) from.pause();
    });
    to.on('drain', () => frozen || from.resume());
    from.on('end', () => to.end());
    if (frozen) from.pause();
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const there = connect({ ...target, allowHalfOpen: true });
    made += 1;
    let losingAnswer: string | undefined;
    join(client, there, (data) => {
      if (losing && data.includes(losing.text)) {
        losingAnswer = losing.answer;
        losing = undefined;
      }
      return false;
    });
    join(there, client, (data) => losingAnswer !== undefined && data.includes(losingAnswer));
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
    port,
    cut,
    restore: () => listen(port),
    freeze: () => {
      frozen = true;
      for (const socket of open) socket.pause();
    },
    thaw: () => {
      frozen = false;
      for (const socket of open) socket.resume();
    },
    mute: () => {
      for (const socket of open) socket.pause();
    },
    loseAnswer: (text, answer) => void (losing = { text, answer }),
    made: () => made,
    close: cut,
  };
};
