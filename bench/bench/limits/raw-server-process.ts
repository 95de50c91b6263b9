import { createServer } from 'node:http';
import { openEmbeddedDatabase } from '@messox/server';
import { type WebSocket, WebSocketServer } from 'ws';

/**
 * The limit of the sockets: a bare `ws` server that does nothing with a message but write the frames that it causes. In
 * `pairs` a reply to the sender and the entry to it and its partner, in a `group` a reply and one buffer to everybody.
 * With a database, whose place and secrets are in MESSOX_BENCH_DATABASE, each message is a row of `limit_rows` first.
 */
const [kind = 'pairs'] = process.argv.slice(2);
const place = process.env.MESSOX_BENCH_DATABASE;
const database = place === undefined ? undefined : await openEmbeddedDatabase(JSON.parse(place) as never);
let rows = 0;
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false });
const sockets: WebSocket[] = [];
const ready = '{"event":"ready","data":{}}';
const reply = '{"id":1000000001,"ok":true,"data":{"channelId":1000,"seq":10000,"sentAt":"2026-01-01T00:00:00.000Z"}}';
const entryHead = Buffer.from(
  '{"event":"timeline.entry","data":{"channelId":1000,"seq":10000,"kind":"message","senderId":1000,"sentAt":"2026-01-01T00:00:00.000Z",',
);
const clientIdKey = Buffer.from('"clientId"');

server.on('connection', (socket) => {
  socket.once('message', (hello: Buffer) => {
    // What stands for a token says which place this client has.
    const { data } = JSON.parse(hello.toString()) as { data: { token: string } };
    const index = Number(data.token);
    sockets[index] = socket;
    const answerTo = (message: Buffer): void => {
      const answer = Buffer.from(reply);
      message.copy(answer, 6, 6, 16);
      socket.send(answer, { binary: false });
      const entry = Buffer.concat([
        entryHead,
        message.subarray(message.indexOf(clientIdKey), message.length - 1),
        Buffer.from('}'),
      ]);
      if (kind === 'group') for (const each of sockets) each.send(entry, { binary: false });
      else {
        socket.send(entry, { binary: false });
        sockets[index ^ 1]?.send(entry, { binary: false });
      }
    };
    socket.on('message', (message: Buffer) => {
      if (!database) {
        answerTo(message);
        return;
      }
      const { clientId, text } = (JSON.parse(message.toString()) as { data: { clientId: string; text: string } }).data;
      void database.sql`
        insert into limit_rows (channel_id, seq, sender_id, client_id, text)
        values (${index >> 1}, ${(rows += 1)}, ${index}, ${clientId}, ${text})`.then(() => answerTo(message));
    });
    socket.send(ready);
  });
  socket.on('error', () => undefined);
});
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = http.address();
  process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` });
});
process.once('message', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
