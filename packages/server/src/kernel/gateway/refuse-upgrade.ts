import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Fault } from '../fault.ts';
import { faultHeaders, problemOf } from '../http/problem.ts';

/** RFC 6455, 4.4. */
const versionOf = ({ code }: Fault): Record<string, string> =>
  code === 'invalid_header' ? { 'Sec-WebSocket-Version': '13' } : {};

/** Answers an upgrade that is refused, as any other HTTP request would be. */
export const refuseUpgrade = (stream: Duplex, fault: Fault): void => {
  const body = Buffer.from(JSON.stringify(problemOf(fault)));
  const headers = {
    ...faultHeaders(fault),
    ...versionOf(fault),
    'Content-Length': String(body.length),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // The client may never close its side.
  stream.once('finish', () => stream.destroy());
  stream.write(`HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status] ?? ''}\r\n${lines.join('')}\r\n`);
  stream.end(body);
};
