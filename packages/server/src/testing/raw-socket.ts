import { once } from 'node:events';
import { httpLines, rawConnection, type RawConnection } from './raw-http.ts';

/** The request that opens a WebSocket (RFC 6455, 1.2), with more headers. */
export const upgradeRequest = (target: string, ...headers: string[]): string =>
  httpLines(
    `GET ${target} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  );

export interface FrameParts {
  /** 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong. */
  readonly opcode?: number;
  readonly fin?: boolean;
  readonly masked?: boolean;
  /** The three reserved bits as one number. */
  readonly reserved?: number;
  /** What the header says of the length, when that is not true. */
  readonly length?: number;
}

/** A frame as a client sends it (RFC 6455, 5.2), right or wrong. */
export const clientFrame = (
  payload: string | Buffer,
  { fin = true, length, masked = true, opcode = 1, reserved = 0 }: FrameParts = {},
): Buffer => {
  const bytes = Buffer.from(payload);
  const size = length ?? bytes.length;
  const header = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  header[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  header[1] = (masked ? 0x80 : 0) | (header.length === 2 ? size : header.length === 4 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(size, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(size), 2);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([header, Buffer.alloc(masked ? 4 : 0), bytes]);
};

/** What came back on a WebSocket: the frames after the headers. */
export const serverFrames = (answer: string): { opcode: number; payload: Buffer }[] => {
  const bytes = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
  const frames: { opcode: number; payload: Buffer }[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes.readUInt8(at + 1) & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + header > bytes.length) break;
    const size =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    frames.push({ opcode: bytes.readUInt8(at) & 0x0f, payload: bytes.subarray(at + header, at + header + size) });
    at += header + size;
  }
  return frames;
};

/** The code of the close frame that came back; 0 when there is none. */
export const closeCodeOf = (answer: string): number => {
  const close = serverFrames(answer).find(({ opcode }) => opcode === 8);
  return close && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : 0;
};

/** An open WebSocket without a client library; frames may follow. */
export const rawSocket = async (port: number, target = '/ws', ...headers: string[]): Promise<RawConnection> => {
  const connection = rawConnection(port, upgradeRequest(target, ...headers));
  while (!connection.text().includes('\r\n\r\n')) await once(connection.socket, 'data');
  if (!connection.text().startsWith('HTTP/1.1 101')) throw new Error(`No WebSocket: ${connection.text()}`);
  // As any client, it ends its side once it was told to close.
  connection.socket.on('data', () => {
    if (closeCodeOf(connection.text()) > 0) connection.socket.end();
  });
  return connection;
};
