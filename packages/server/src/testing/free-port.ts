import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range that Linux gives to outgoing connections (ip_local_port_range), so that none of them takes the port meanwhile. */
const portRange = [15_000, 32_768] as const;

/** A port of the loopback address that nobody listens on, for a program that has to be told one. */
export async function freePort(): Promise<number> {
  const port = randomInt(...portRange);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
  return isFree ? port : freePort();
}
