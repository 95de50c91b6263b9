import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { fail, needsServer, ok, type Check } from '../check.ts';

const timeoutMs = 5_000;

/** The status of the answer to a WebSocket handshake (RFC 6455, 4.1); 101 is the one that is hoped for. */
const handshake = (url: URL): Promise<number> =>
  new Promise((resolve, reject) => {
    // The public address of a server has TLS in front.
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const call = request(url, {
      timeout: timeoutMs,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        'Sec-WebSocket-Protocol': 'messox.v1',
      },
    });
    call.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    call.on('response', (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end();
  });

export const websocket: Check = {
  id: 'websocket',
  title: 'WebSocket',
  group: 'runtime',
  when: ['doctor'],
  skip: needsServer,
  run: async ({ running }) => {
    const url = new URL('/ws', running?.url);
    try {
      const status = await handshake(url);
      if (status === 101) return ok(`${url.href} opens`);
      return fail(`${url.href} answers ${status} instead of opening a WebSocket`, 'messox logs -n 50');
    } catch (error) {
      return fail(`${url.href} does not open (${(error as Error).message})`, 'messox restart');
    }
  },
};
