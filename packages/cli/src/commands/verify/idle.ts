import { MessoxError } from '@messox/client';
import { ops } from '@messox/protocol';
import { WebSocket } from 'ws';
import { bad, type Finding, good, leftOut } from './finding.ts';

const id = 'idle';
const title = 'Idle WebSocket';
const answerMs = 10_000;

const proxyFix = (seconds: number): string =>
  `nginx: proxy_read_timeout 90s; proxy_send_timeout 90s; (they are ${seconds < 65 ? '60s when not set' : 'too short'}). Caddy: no read_timeout below 90s in the transport of reverse_proxy. Others: an idle time of at least 90 s.`;

/** How a silent socket fared: `cutAfterMs` when something cut it. */
export interface IdleOutcome {
  readonly heldMs: number;
  readonly cutAfterMs?: number;
  readonly code?: number;
  /** It was open, and nothing came through it any more. */
  readonly mute?: true;
}

/** Opens a socket, says nothing for `ms`, and asks then whether it still works. */
export const holdIdle = (url: string, token: string, ms: number, signal: AbortSignal): Promise<IdleOutcome> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${ops.socketPath}`, ops.subprotocol, {
      perMessageDeflate: false,
    });
    let startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const heldMs = (): number => performance.now() - startedAt;
    const finish = (outcome: IdleOutcome): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(outcome);
      socket.terminate();
    };
    const stop = (): void => finish({ heldMs: heldMs() });
    signal.addEventListener('abort', stop);
    const ask = (): void => {
      socket.send(JSON.stringify({ id: 2, op: ops.ping.name, data: {} }));
      timer = setTimeout(() => finish({ heldMs: heldMs(), cutAfterMs: heldMs(), mute: true }), answerMs);
    };
    socket.on('open', () => socket.send(JSON.stringify({ id: 1, op: ops.hello.name, data: { token } })));
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { id?: number; event?: string };
      if (frame.event === 'ready') {
        startedAt = performance.now();
        timer = setTimeout(ask, ms);
      } else if (frame.id === 2) finish({ heldMs: heldMs() });
    });
    socket.on('error', (cause) => reject(new MessoxError('unreachable', { message: cause.message, cause })));
    socket.on('close', (code) => finish({ heldMs: heldMs(), cutAfterMs: heldMs(), code }));
    if (signal.aborted) stop();
  });

const seconds = (ms: number): number => Math.round(ms / 1_000);

export const judgeIdle = ({ code, cutAfterMs, heldMs, mute }: IdleOutcome): Finding => {
  if (cutAfterMs === undefined) return good(id, title, `was left open for ${seconds(heldMs)} s`);
  const after = seconds(cutAfterMs);
  if (mute) return bad(id, title, `was open after ${after} s, and nothing came through it any more`, proxyFix(after));
  // 1006: no closing handshake. The server always says goodbye.
  if (code === 1_006 || code === 1_001)
    return bad(id, title, `was cut after ${after} s by what is in between`, proxyFix(after));
  return bad(
    id,
    title,
    `was closed by the server after ${after} s, with ${code ?? 0}`,
    '`messox logs --since 5m --level warn`',
  );
};

export const idleLeftOut = (): Finding => leftOut(id, title, 'left out by --idle 0');
