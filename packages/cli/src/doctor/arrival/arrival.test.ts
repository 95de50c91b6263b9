import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseSettings } from '../../project/settings-file.ts';
import { checkSettings } from '../../project/check-settings.ts';
import { composeOf } from '../../docker/compose.ts';
import { tryArrivals } from './index.ts';
import { addressIn } from './nginx-log.ts';

/** A port that nobody has. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** A server of which nothing runs. */
const stackAt = (http: number, domain: string) => {
  const text = `mode: compose\ndeploy:\n  domain: ${domain}\n  bind: 127.0.0.1\n  tls: { mode: files, certificate: /c.pem, key: /k.pem }\n  ports: { http: ${http} }\n`;
  const { problems, settings } = checkSettings(parseSettings(text, 'messox.yaml'));
  if (!settings) throw new Error(JSON.stringify(problems));
  return { dir: '/', settings, compose: composeOf('/', 'nobody'), address: '127.0.0.1', url: `https://${domain}` };
};

const at = (ipv4: string) => () => Promise.resolve({ ipv4: [ipv4], ipv6: [] });

describe('a request to the public name, while no nginx runs', () => {
  it('that arrives here is known by its token, and the port is free again', async () => {
    const port = await freePort();
    const stack = stackAt(port, 'chat.example.org');
    for (let time = 0; time < 2; time += 1)
      expect(await tryArrivals(stack, [], at('127.0.0.1'))).toEqual([
        { kind: 'here', asked: '127.0.0.1', url: `http://chat.example.org:${port}`, seen: undefined },
      ]);
  });

  it('that arrives elsewhere is known by another answer', async () => {
    const port = await freePort();
    const other = createServer((_, response) => response.setHeader('Server', 'other').end('hello'));
    other.listen(port, '127.0.0.2');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    expect(await tryArrivals(stackAt(port, 'chat.example.org'), [], at('127.0.0.2'))).toEqual([
      {
        kind: 'elsewhere',
        asked: '127.0.0.2',
        url: `http://chat.example.org:${port}`,
        answer: { status: 200, body: 'hello', server: 'other', date: expect.any(Number) as number },
      },
    ]);
  });

  it('that nobody answers', async () => {
    const arrivals = await tryArrivals(stackAt(await freePort(), 'chat.example.org'), [], at('127.0.0.3'));
    expect(arrivals).toMatchObject([{ kind: 'nowhere', asked: '127.0.0.3', code: 'ECONNREFUSED' }]);
  });

  it('is not tried where another has the port, or the name no address', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    expect(await tryArrivals(stackAt(port, 'chat.example.org'), [], at('127.0.0.1'))).toEqual([
      { kind: 'untried', why: `port ${port}: it cannot be listened on (EADDRINUSE)` },
    ]);
    const none = () => Promise.resolve({ ipv4: [], ipv6: [] });
    expect(await tryArrivals(stackAt(port, 'chat.example.org'), [], none)).toEqual([
      { kind: 'untried', why: 'the name has no address' },
    ]);
  });
});

it('reads the address of the client from the log of nginx', () => {
  const log = [
    '2026/01/02 03:04:05 [notice] 1#1: start worker process 29',
    'GET /.well-known/messox-11 in a format of the admin',
    '{"address":"198.51.100.7","path":"/.well-known/messox-1","status":"404"}',
    '{"address":"172.19.0.1","path":"/.well-known/messox-11","status":"404"}',
  ].join('\n');
  expect(addressIn(log, 'messox-11')).toBe('172.19.0.1');
  expect(addressIn(log, 'messox-2')).toBeUndefined();
});
