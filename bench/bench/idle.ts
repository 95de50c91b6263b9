import { createClient } from '@messox/client';
import { WebSocket } from 'ws';
import { memoryOf } from './process-usage.ts';
import { inParallel } from './in-parallel.ts';
import { settledMemory } from './limits.ts';

export interface IdleResult {
  readonly sessions: number;
  /** Of the server process, for an authenticated session that does nothing. */
  readonly bytesPerSession: number;
  readonly sessionsPerSecond: number;
}

const sessionsPerUser = 40;
const atOnce = 64;

/** A bare socket that has said hello and is ready: the load is on the server, not on a client. */
const openSession = (url: string, token: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, ['messox.v1'], { perMessageDeflate: false });
    socket.once('open', () => socket.send(JSON.stringify({ id: 1, op: 'hello', data: { token } })));
    socket.on('message', (data: Buffer) => {
      if (data.includes('"event":"ready"')) resolve(socket);
      else if (data.includes('"ok":false')) reject(new Error(data.toString()));
    });
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`Closed with ${code} before it was ready`)));
  });

/** Opens this many sessions and leaves them alone. */
export const runIdle = async (url: string, serverPid: number, sessions: number): Promise<IdleResult> => {
  const tokens = await inParallel(Math.ceil(sessions / sessionsPerUser), 8, async (index) => {
    let token = '';
    const client = createClient({ url, onTokens: (tokens) => void (token = tokens?.accessToken ?? '') });
    await client.register({ username: `idler-${index}`, password: 'as long as needed' });
    return token;
  });
  // The first sessions warm the code; what they leave behind is not counted.
  const warm = await Promise.all(tokens.slice(0, 20).map((token) => openSession(url, token)));
  const before = await settledMemory(serverPid);
  const sockets: WebSocket[] = [];
  const begin = performance.now();
  let next = 0;
  const open = async (): Promise<void> => {
    while (next < sessions) {
      const token = tokens[next % tokens.length] ?? '';
      next += 1;
      sockets.push(await openSession(url, token));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, open));
  const took = (performance.now() - begin) / 1_000;
  const after = Math.max(await settledMemory(serverPid), await memoryOf(serverPid));
  for (const socket of [...warm, ...sockets]) socket.terminate();
  return { sessions, bytesPerSession: (after - before) / sessions, sessionsPerSecond: sessions / took };
};
