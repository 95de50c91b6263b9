import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

const types = { A: 1, AAAA: 28, CAA: 257 } as const;

/** What a name server knows: `chat.example.org A` with addresses, `example.org CAA` with the value of an issue property. */
export type Zone = Readonly<Record<string, readonly string[]>>;

const ipv6Bytes = (address: string): Buffer => {
  const [head = '', tail = ''] = address.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
};

const dataOf = (type: number, value: string): Buffer => {
  if (type === types.A) return Buffer.from(value.split('.').map(Number));
  if (type === types.AAAA) return ipv6Bytes(value);
  // RFC 8659, 4.1: flags, length of the tag, tag, value.
  return Buffer.concat([Buffer.from([0, 5]), Buffer.from('issue'), Buffer.from(value)]);
};

const record = (type: number, value: string): Buffer => {
  const data = dataOf(type, value);
  const head = Buffer.alloc(12);
  // The name is that of the question (RFC 1035, 4.1.4).
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
};

/** An answer with what the zone has; NXDOMAIN for names that are not in it. */
const answer = (query: Buffer, zone: Zone): Buffer => {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString());
    at += 1 + length;
  }
  const type = query.readUInt16BE(at + 1);
  const name = labels.join('.').toLowerCase();
  const [typeName = ''] = Object.entries(types).find(([, number]) => number === type) ?? [];
  const records = (zone[`${name} ${typeName}`] ?? []).map((value) => record(type, value));
  const exists = Object.keys(zone).some((key) => key.split(' ')[0]?.endsWith(name));
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(exists ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, query.subarray(12, at + 5), ...records]);
};

/** A resolver that asks a name server of this very process, which goes with the test. */
export const resolverOf = async (zone: Zone): Promise<Resolver> => {
  const socket = createSocket('udp4');
  socket.on('message', (query, { address, port }) => socket.send(answer(query, zone), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return resolver;
};
