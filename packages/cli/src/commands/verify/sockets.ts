import { ops } from '@messox/protocol';
import { handshake, type Handshake } from '../../server-process/handshake.ts';
import { bad, type Finding, good } from './finding.ts';
import { reachTrouble, statusTrouble } from './reach.ts';

const nginxUpgrade =
  'nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; (docs/start/behind-a-proxy.md). Caddy: reverse_proxy does it by itself.';

const refusal = ({ code, status }: Handshake, socketsFix: string): { why: string; fix: string } => {
  // The server itself saw a plain request.
  if (code === 'upgrade_required' || code === 'method_not_allowed' || (status === 400 && code === 'invalid_header'))
    return { why: 'the proxy does not pass on the headers Upgrade and Connection', fix: nginxUpgrade };
  if (status === 404 || (status === 400 && code === undefined))
    return { why: `it answers ${status}: /ws is not passed on as a WebSocket`, fix: nginxUpgrade };
  if (code === 'too_many_sessions')
    return {
      why: 'this address has as many sockets as one may have',
      fix: socketsFix,
    };
  if (code === 'origin_not_allowed') return { why: 'a page of this very address is refused', fix: originFix };
  return statusTrouble(status);
};

const originFix = 'nginx: proxy_set_header Host $host; or name the address: `messox config set server.publicUrl URL`';

const judge = (id: string, title: string, found: Handshake, socketsFix: string): Finding => {
  if (found.status !== 101) {
    const { fix, why } = refusal(found, socketsFix);
    return bad(id, title, why, fix);
  }
  if (found.protocol !== ops.subprotocol)
    return bad(
      id,
      title,
      `the socket opens without the subprotocol ${ops.subprotocol}`,
      'Let the proxy pass on the header Sec-WebSocket-Protocol both ways.',
    );
  return good(id, title, 'opens');
};

const look = async (
  id: string,
  title: string,
  url: string,
  headers: Record<string, string>,
  socketsFix: string,
): Promise<Finding> => {
  try {
    return judge(id, title, await handshake(new URL(`${url}${ops.socketPath}`), headers), socketsFix);
  } catch (error) {
    const { fix, why } = reachTrouble(error);
    return bad(id, title, why, fix);
  }
};

/** Whether WebSockets get through: one of a program, and one of a page of this address. */
export const checkSockets = async (url: string, socketsFix: string): Promise<Finding[]> => [
  await look('websocket', 'WebSocket', url, {}, socketsFix),
  await look('origin', 'WebSocket of a page', url, { Origin: new URL(url).origin }, socketsFix),
];
