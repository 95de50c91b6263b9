import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const timeoutMs = 5_000;
const bodyMax = 10_000;

export interface Handshake {
  /** 101 is the one that is hoped for. */
  readonly status: number;
  /** The subprotocol that was chosen. */
  readonly protocol: string | undefined;
  /** The code of a refusal by messox itself; undefined when something in between refuses. */
  readonly code: string | undefined;
}

const codeOf = (body: string): string | undefined => {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
};

const readBody = async (response: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > bodyMax) break;
  }
  return body;
};

/** How a WebSocket handshake (RFC 6455, 4.1) is answered there. Rejects when nothing answers. */
export const handshake = (url: URL, headers: Readonly<Record<string, string>> = {}): Promise<Handshake> =>
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
        ...headers,
      },
    });
    call.on('upgrade', (response, socket) => {
      socket.destroy();
      const protocol = response.headers['sec-websocket-protocol'];
      resolve({ status: response.statusCode ?? 0, protocol, code: undefined });
    });
    call.on('response', (response) => {
      const status = response.statusCode ?? 0;
      readBody(response).then((body) => resolve({ status, protocol: undefined, code: codeOf(body) }), reject);
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end();
  });
