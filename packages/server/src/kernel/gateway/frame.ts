/**
 * A text frame from a server: FIN, opcode 1, not masked (RFC 6455, 5.2). Made once and written to as many sockets as
 * want it; messages are never compressed, so every socket takes the same bytes.
 */
export const textFrame = (text: string): Buffer => {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = 0x81;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, header);
  return frame;
};

/** The frame of an event whose data is JSON already. */
export const eventFrame = (name: string, json: string): Buffer => textFrame(`{"event":"${name}","data":${json}}`);
