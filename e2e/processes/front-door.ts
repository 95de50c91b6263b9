import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** Something that answers at a URL. */
interface Upstream {
  readonly url: string;
}

export interface FrontDoor {
  readonly url: string;
  close(): Promise<void>;
}

const portOf = ({ url }: Upstream): number => Number(new URL(url).port);

/** A connection to the first of them that takes one. */
const reach = async (upstreams: readonly Upstream[]): Promise<Socket | undefined> => {
  for (const upstream of upstreams) {
    const socket = connect(portOf(upstream), '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return socket;
  }
  return undefined;
};

const rawHead = ({ method, rawHeaders, url }: IncomingMessage): string => {
  const lines = Array.from(
    { length: rawHeaders.length / 2 },
    (_, at) => `${rawHeaders[2 * at]}: ${rawHeaders[2 * at + 1]}`,
  );
  return [`${method ?? 'GET'} ${url ?? '/'} HTTP/1.1`, ...lines, '', ''].join('\r\n');
};

/** What a proxy in front of a server does: REST goes to a process of the role api, sockets to a gateway, to the first that lives. */
export const frontDoor = async (apis: readonly Upstream[], gateways: readonly Upstream[]): Promise<FrontDoor> => {
  const open = new Set<Socket>();
  const server = createServer((incoming, answer) => {
    void reach(apis).then((socket) => {
      if (!socket) return answer.writeHead(502).end();
      const { headers, method, url } = incoming;
      const onward = request({ method, path: url, headers, createConnection: () => socket }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      return incoming.pipe(onward);
    });
  });
  server.on('upgrade', (incoming, client: Socket) => {
    open.add(client);
    client.on('error', () => undefined);
    client.on('close', () => open.delete(client));
    void reach(gateways).then((there) => {
      if (!there) return client.destroy();
      there.on('error', () => undefined);
      there.on('close', () => client.destroy());
      client.on('close', () => there.destroy());
      there.write(rawHead(incoming));
      client.pipe(there);
      return there.pipe(client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
