import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { listenForTest } from './listen.ts';

export interface ProxyOptions {
  /** The server that is behind it. */
  readonly target: string;
  /** Cuts a WebSocket through which nothing passes for so long. */
  readonly idleMs?: number;
  /** Knows nothing of WebSockets: passes on a plain request. */
  readonly plain?: boolean;
  /** What a client gets instead of a frame of the server. */
  readonly frames?: (frame: string) => readonly string[];
  /** Answers requests itself; undefined for those that it passes on. */
  readonly answer?: (path: string) => { readonly status: number; readonly body: object } | undefined;
}

/** The headers of a request in their order, as they came. */
const head = ({ httpVersion, method, rawHeaders, url }: IncomingMessage): string => {
  const lines = [`${method ?? ''} ${url ?? ''} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i] ?? ''}: ${rawHeaders[i + 1] ?? ''}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
};

const tunnel = (incoming: IncomingMessage, client: Duplex, target: URL, idleMs: number | undefined): void => {
  const server = connect(Number(target.port), target.hostname);
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  let timer: NodeJS.Timeout | undefined;
  const passed = (): void => {
    clearTimeout(timer);
    if (idleMs !== undefined) timer = setTimeout(end, idleMs);
  };
  for (const side of [client, server]) {
    side.on('data', passed);
    side.on('error', end);
    side.on('close', () => {
      clearTimeout(timer);
      end();
    });
  }
  passed();
  server.write(head(incoming));
  client.pipe(server);
  server.pipe(client);
};

/** A client's socket and one to the server, with what passes from there changed on the way. */
const relay = (client: WebSocket, target: URL, frames: NonNullable<ProxyOptions['frames']>): void => {
  const server = new WebSocket(`ws://${target.host}/ws`, 'messox.v1');
  const waiting: string[] = [];
  client.on('message', (data: RawData) => {
    const text = (data as Buffer).toString();
    if (server.readyState === WebSocket.OPEN) server.send(text);
    else waiting.push(text);
  });
  server.on('open', () => {
    for (const text of waiting) server.send(text);
  });
  server.on('message', (data: RawData) => {
    for (const frame of frames((data as Buffer).toString())) client.send(frame);
  });
  const end = (): void => {
    client.terminate();
    server.terminate();
  };
  for (const side of [client, server]) {
    side.on('close', end);
    side.on('error', end);
  }
};

/** A reverse proxy in front of a server, with a fault of its own. It goes with the test. */
export const startProxy = async ({ answer, frames, idleMs, plain = false, target }: ProxyOptions): Promise<string> => {
  const url = new URL(target);
  const pass = (incoming: IncomingMessage, response: ServerResponse): void => {
    const own = answer?.(incoming.url ?? '');
    if (own) {
      response.writeHead(own.status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(own.body));
      return;
    }
    const { connection: _, upgrade: __, ...headers } = incoming.headers;
    const onward = request({
      ...{ host: url.hostname, port: url.port },
      method: incoming.method,
      path: incoming.url,
      headers,
    });
    onward.on('response', (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    incoming.pipe(onward);
  };
  const server = createServer(pass);
  const sockets = new WebSocketServer({ noServer: true });
  if (!plain)
    server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, first: Buffer) => {
      socket.on('error', () => socket.destroy());
      if (frames) sockets.handleUpgrade(incoming, socket, first, (client) => relay(client, url, frames));
      else tunnel(incoming, socket, url, idleMs);
    });
  return `http://127.0.0.1:${await listenForTest(server)}`;
};
