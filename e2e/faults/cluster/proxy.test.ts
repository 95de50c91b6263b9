import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { Proxy, type Weather } from './proxy.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A server that sends everything back, with a proxy in front. */
const echo = async (): Promise<{ proxy: Proxy; dial: () => Promise<Socket>; seen: Socket[] }> => {
  const seen: Socket[] = [];
  const server = createServer((socket) => {
    seen.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await Proxy.start(() => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }));
  undo.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => proxy.close(),
  );
  const dial = async (): Promise<Socket> => {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined);
    undo.push(async () => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  return { proxy, dial, seen };
};

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const read = (socket: Socket, length: number): Promise<Buffer> =>
  new Promise((resolve) => {
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      const all = Buffer.concat(pieces);
      if (all.length >= length) resolve(all);
    });
  });

it.each<[string, Weather, number]>([
  ['as it comes', {}, 3_000_000],
  ['delayed', { delayMs: 20 }, 300_000],
  ['in tiny pieces', { sliceBytes: 7 }, 20_000],
  ['through a narrow line', { sliceBytes: 256, bytesPerSecond: 50_000 }, 3_000],
])('carries every byte in order, %s', async (_how, weather, length) => {
  const { dial, proxy } = await echo();
  proxy.weather = weather;
  const socket = await dial();
  const bytes = randomBytes(length);
  socket.write(bytes);
  expect(hashOf(await read(socket, length))).toBe(hashOf(bytes));
});

it('tells each side when the other one ends', async () => {
  const { dial, seen } = await echo();
  const socket = await dial();
  socket.end('goodbye');
  expect((await read(socket, 7)).toString()).toBe('goodbye');
  await once(socket, 'close');
  await vi.waitFor(() => expect(seen[0]?.destroyed).toBe(true));
});

it('cuts both ends, and refuses others while it is told to', async () => {
  const { dial, proxy, seen } = await echo();
  const socket = await dial();
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  proxy.weather = { refuse: true };
  for (const link of proxy.links) link.cut();
  await once(socket, 'close');
  await vi.waitFor(() => expect(seen[0]?.destroyed).toBe(true));
  const refused = connect(proxy.port, '127.0.0.1');
  refused.on('error', () => undefined);
  await new Promise((resolve) => refused.once('close', resolve));
  proxy.heal();
  const another = await dial();
  another.write('again');
  expect((await read(another, 5)).toString()).toBe('again');
});

it('leaves the ends of a silent connection in the belief that it stands', async () => {
  const { dial, proxy, seen } = await echo();
  const socket = await dial();
  socket.write('before');
  await read(socket, 6);
  for (const link of proxy.links) link.isSilent = true;
  proxy.heal();
  expect(proxy.links).toHaveLength(0);
  socket.end('nobody hears this');
  // Another connection goes both ways meanwhile, so that time enough has passed.
  const another = await dial();
  another.write('hello');
  await read(another, 5);
  expect(seen[0]?.readableEnded).toBe(false);
  expect(socket.readableEnded).toBe(false);
});

it('leaves what the server sends where it is while the reader is slow', async () => {
  const { dial, proxy } = await echo();
  const socket = await dial();
  socket.write('a');
  await read(socket, 1);
  for (const link of proxy.links) link.stick(true);
  let heard = '';
  socket.on('data', (data: Buffer) => (heard += data.toString()));
  socket.write('b');
  const another = await dial();
  another.write('hello');
  await read(another, 5);
  expect(heard).toBe('');
  proxy.heal();
  await vi.waitFor(() => expect(heard).toBe('b'));
});
