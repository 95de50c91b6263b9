import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

/**
 * The limit of the sockets: a bare `ws` server that does nothing with a message but write the frames that it causes,
 * a reply to the sender and the entry to both of the pair. Sockets are paired in the order in which they came.
 */
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false });
const sockets: WebSocket[] = [];
server.on('connection', (socket) => {
  const partner = sockets.length ^ 1;
  sockets.push(socket);
  socket.on('message', (data: Buffer) => {
    socket.send(data.subarray(0, 80), { binary: false });
    socket.send(data, { binary: false });
    sockets[partner]?.send(data, { binary: false });
  });
});
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  process.send?.({ url: `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` });
});
process.once('message', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
