import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { TestServer } from '../../testing/index.ts';

/** An account that the app made, with what the app knows of it and the id that it does not. */
export interface AppUser {
  readonly id: number;
  readonly name: string;
  readonly token: string;
}

export interface AppAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export const password = 'correct horse';

/** Matches any text. */
export const someText: unknown = expect.any(String);

/** Posts a form as the app does: with a bearer that is empty. */
export const postForm = async (
  server: TestServer,
  path: string,
  fields: Record<string, string> | string,
): Promise<AppAnswer> => post(server, path, 'application/x-www-form-urlencoded; charset=utf-8', formOf(fields));

export const postJson = async (server: TestServer, path: string, body: unknown): Promise<AppAnswer> =>
  post(server, path, 'application/json', typeof body === 'string' ? body : JSON.stringify(body));

const formOf = (fields: Record<string, string> | string): string =>
  typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();

export const post = async (
  server: TestServer,
  path: string,
  contentType: string,
  body: string | Uint8Array,
): Promise<AppAnswer> => {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { Accept: 'application/json', Authorization: 'Bearer ', 'Content-Type': contentType },
    body,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};

export const appUser = async (server: TestServer, name = `app-${randomUUID().slice(0, 8)}`): Promise<AppUser> => {
  const { body } = await postForm(server, '/user/register', { name, password });
  const [row] = await server.sql<{ id: string }[]>`select id from users where username = ${name}`;
  return { id: Number(row?.id), name, token: String(body.token) };
};

export interface AppEventFrame {
  readonly sender?: number;
  readonly date: string;
  readonly type: string;
  readonly data: string;
}

export type AppClient = Awaited<ReturnType<typeof appSocket>>;

/** A socket of the app that remembers every event in order. `answersPings: false` is one whose network is gone. */
export const appSocket = async (
  server: Pick<TestServer, 'port'>,
  { token }: Pick<AppUser, 'token'>,
  { answersPings = true } = {},
) => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/server/ws`, {
    headers: { Accept: '*/*', Authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    autoPong: answersPings,
  });
  const events: AppEventFrame[] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString()) as AppEventFrame));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  const until = async (count: number, matches: (event: AppEventFrame) => boolean = () => true) => {
    for (const end = performance.now() + 20_000; performance.now() < end;) {
      const those = events.filter(matches);
      if (those.length >= count) return those;
      await delay(2);
    }
    throw new Error(`There were not ${count} such events; events: ${JSON.stringify(events).slice(0, 2_000)}`);
  };
  return {
    socket,
    events,
    closed,
    /** Resolves with the events that match once there are as many. */
    until,
    texts: () => events.map(({ data }) => data),
    send: (event: unknown) => socket.send(typeof event === 'string' ? event : JSON.stringify(event)),
    message: (adderess: number, data: string, date = '2026-03-01 10:00:00.000') =>
      socket.send(JSON.stringify({ adderess, date, type: 'message', data })),
    close: async () => {
      socket.close();
      await closed;
    },
  };
};

/** The status with which an upgrade was refused, and the body. */
export const refusedUpgrade = (server: Pick<TestServer, 'port'>, headers: Record<string, string>) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/server/ws`, { headers });
    socket.once('open', () => {
      socket.terminate();
      reject(new Error('The upgrade was not refused'));
    });
    socket.once('error', () => undefined);
    socket.once('unexpected-response', (_request, response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
    });
  });

/** Resolves when the server has stored that the sessions of this user received the channel up to its head. */
export const untilReceived = async (server: TestServer, { id }: Pick<AppUser, 'id'>): Promise<void> => {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    const [all] = await server.sql<{ received: boolean | null }[]>`
      select bool_and(k.seq = c.head) as received
      from messox_app_cursors k join channels c on c.id = k.channel_id and c.kind = 'direct' where k.user_id = ${id}`;
    if (all?.received) return;
    await delay(5);
  }
  throw new Error('The cursors were not written');
};
