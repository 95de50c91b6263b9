import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { WebSocket } from 'ws';
import { startChild } from './child.ts';
import { cpuOf, cpuOfFamily, memoryOf } from './process-usage.ts';

export interface RowLimit {
  readonly rowsPerSecond: number;
  /** Of the database and of the process that sends, for 1,000 rows. */
  readonly cpuMsPer1000: number;
}

const batchRows = 200;

/**
 * What PostgreSQL can store at all: rows like those of messages in batches by `unnest`, without any rule or any order
 * of a channel, in a table with the same indexes.
 */
export const measureRows = async (
  address: { path?: string; host?: string; port: number; user: string; password: string; database: string },
  databasePid: number,
  seconds: number,
  text: string,
): Promise<RowLimit> => {
  const sql = postgres({ ...address, max: 1 });
  await sql`
    create table if not exists limit_rows (
      channel_id bigint, seq bigint, sender_id bigint, client_id uuid, sent_at timestamptz default now(), text text,
      primary key (channel_id, seq), unique (sender_id, client_id)
    )`;
  let rows = 0;
  const insert = async (): Promise<void> => {
    const indexes = Array.from({ length: batchRows }, (_, index) => rows + index);
    await sql`
      insert into limit_rows (channel_id, seq, sender_id, client_id, text)
      select * from unnest(${indexes.map((it) => it % 200)}::bigint[], ${indexes}::bigint[],
        ${indexes.map((it) => it % 400)}::bigint[], ${indexes.map(() => randomUUID())}::uuid[], ${indexes.map(() => text)}::text[])`;
    rows += batchRows;
  };
  await insert();
  const begin = { at: performance.now(), own: process.cpuUsage(), database: await cpuOfFamily(databasePid), rows };
  while (performance.now() - begin.at < seconds * 1_000) await insert();
  const took = (performance.now() - begin.at) / 1_000;
  const own = process.cpuUsage(begin.own);
  const cpuMs = (own.user + own.system) / 1_000 + (await cpuOfFamily(databasePid)) - begin.database;
  const stored = rows - begin.rows;
  await sql`drop table limit_rows`;
  await sql.end();
  return { rowsPerSecond: stored / took, cpuMsPer1000: (cpuMs / stored) * 1_000 };
};

export interface SocketLimit {
  readonly messagesPerSecond: number;
  /** Of the server for 1,000 messages: one frame in and three out. */
  readonly cpuMsPer1000: number;
  /** Of the server for an open socket that does nothing. */
  readonly bytesPerIdle: number;
}

const open = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });

/** What bare `ws` sockets can carry: the frames of the same messages, between as many users with as many in flight. */
export const measureSockets = async (
  { idle, inFlight, seconds, users }: { users: number; inFlight: number; seconds: number; idle: number },
  text: string,
): Promise<SocketLimit> => {
  const server = await startChild<{ url: string }>('./raw-socket-process.js');
  const frame = JSON.stringify({ id: 1, op: 'message.send', data: { channelId: 1, clientId: randomUUID(), text } });
  const sockets: WebSocket[] = [];
  for (let user = 0; user < users; user += 1) sockets.push(await open(server.ready.url));
  let done = 0;
  for (const socket of sockets)
    socket.on('message', (data: Buffer) => {
      if (data.length > 80) return;
      done += 1;
      socket.send(frame);
    });
  for (const socket of sockets) for (let sent = 0; sent < inFlight; sent += 1) socket.send(frame);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const begin = { at: performance.now(), cpu: await cpuOf(server.pid), done };
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const messages = done - begin.done;
  const took = (performance.now() - begin.at) / 1_000;
  const cpuMs = (await cpuOf(server.pid)) - begin.cpu;
  for (const socket of sockets) socket.terminate();
  await server.stop();

  const quiet = await startChild<{ url: string }>('./raw-socket-process.js');
  const before = await settledMemory(quiet.pid);
  const idlers: WebSocket[] = [];
  for (let count = 0; count < idle; count += 1) idlers.push(await open(quiet.ready.url));
  const bytesPerIdle = ((await settledMemory(quiet.pid)) - before) / idle;
  for (const socket of idlers) socket.terminate();
  await quiet.stop();
  return { messagesPerSecond: messages / took, cpuMsPer1000: (cpuMs / messages) * 1_000, bytesPerIdle };
};

/** Resident memory once it has stopped growing. */
export const settledMemory = async (pid: number): Promise<number> => {
  let last = 0;
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await memoryOf(pid);
    if (turn > 3 && Math.abs(now - last) < last * 0.001) return now;
    last = now;
  }
  return last;
};
