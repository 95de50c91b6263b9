import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import path from 'node:path';
import { EmbeddedPostgresError } from './error.ts';

/** Where PostgreSQL listens: a socket in a private folder, or a port of the loopback address. */
export type Endpoint = SocketEndpoint | PortEndpoint;
export interface SocketEndpoint {
  folder: string;
  path: string;
  port: number;
}
export interface PortEndpoint {
  host: string;
  port: number;
}

/** The longest path of a socket in bytes: unix(7), and sys/un.h of macOS, less the closing zero. */
const SOCKET_PATH_MAX_BYTES = process.platform === 'darwin' ? 103 : 107;
/** Only a part of the socket's name: nothing listens on it. */
const SOCKET_PORT = 5432;
const PORT_TRIES = 200;
/** Below the range that Linux gives to outgoing connections (ip_local_port_range), so that none of them takes the port first. */
const PORT_RANGE = [15_000, 32_768] as const;

export async function chooseEndpoint(runDir: string): Promise<Endpoint> {
  const socket = socketPath(runDir, SOCKET_PORT);
  if (Buffer.byteLength(socket) <= SOCKET_PATH_MAX_BYTES) return { folder: runDir, path: socket, port: SOCKET_PORT };
  for (let tries = 0; tries < PORT_TRIES; tries++) {
    const port = randomInt(...PORT_RANGE);
    if (await isFree(port)) return { host: '127.0.0.1', port };
  }
  throw new EmbeddedPostgresError(
    'postgres_start_failed',
    `The path ${socket} is too long for a socket, and no free port was found on 127.0.0.1.`,
    `Use a folder with a shorter path: at most ${SOCKET_PATH_MAX_BYTES} bytes for that of the socket.`,
  );
}

export function socketPath(folder: string, port: number): string {
  return path.join(folder, `.s.PGSQL.${port}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
