import { connect, type Socket } from 'node:net';

/** A bare TCP connection to a server under test, for what no HTTP client would send. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that has come back so far. */
  text(): string;
  /** Resolves with all that came back once the server has closed. */
  readonly closed: Promise<string>;
}

/** Connects, sends these bytes as they are, and keeps the own side open. */
export const rawConnection = (port: number, ...bytes: (string | Buffer)[]): RawConnection => {
  const socket = connect({ port, host: '127.0.0.1' });
  const parts: Buffer[] = [];
  const text = (): string => Buffer.concat(parts).toString('latin1');
  socket.on('data', (part) => parts.push(part));
  // A reset is one way of closing.
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text())));
  for (const part of bytes) socket.write(part);
  return { socket, text, closed };
};

/** Sends bytes and resolves with all that came back; the server is expected to close (`Connection: close`, or a refusal). */
export const rawHttp = (port: number, ...bytes: (string | Buffer)[]): Promise<string> =>
  rawConnection(port, ...bytes).closed;

/** The lines as HTTP has them, with the empty line that ends the headers. */
export const httpLines = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

/** The status of the first answer in what came back; 0 when there is none. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
