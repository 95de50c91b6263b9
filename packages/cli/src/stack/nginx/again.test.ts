import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@messox/server/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startNginx, testNginxes } from '../../testing/nginx.ts';
import { imageFeatures, type NginxOptions, renderNginx } from './index.ts';

const open: (Server | UdpSocket)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((it) => new Promise<void>((resolve) => void it.close(() => resolve()))));
});

/** What a DNS server says of every name (RFC 1035, 4.1), for 1 s. */
const answerOf = (question: Buffer, addresses: readonly string[]): Buffer => {
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  const name = question.subarray(12, question.indexOf(0, 12) + 5);
  const records = addresses.map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([header, name, ...records]);
};

/** A DNS server that says of every name what `state.addresses` holds, and counts the questions. */
const startDns = async (addresses: string[]) => {
  const socket = createSocket('udp4');
  const state = { addresses, asked: 0 };
  socket.on('message', (question, { address, port }) => {
    state.asked += 1;
    socket.send(answerOf(question, state.addresses), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  open.push(socket);
  return { resolver: `127.0.0.1:${socket.address().port}`, state };
};

const startReplica = async (host: string, port: number, onRequest: (socket: Socket) => void): Promise<void> => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => onRequest(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  open.push(server);
};

const optionsOf = (more: Pick<NginxOptions, 'features' | 'upstreams'> & Partial<NginxOptions>): NginxOptions => ({
  layout: 'whole',
  domain: 'chat.example.org',
  tls: { mode: 'off' },
  ports: { http: 8090, https: 8443 },
  addresses: ['127.0.0.1'],
  heartbeatMs: 30_000,
  bodyBytes: 1_048_576,
  limits: { authPerMinute: 10, restPerSecond: 20, socketOpensPerSecond: 2, socketsPerAddress: 20 },
  allowedOrigins: [],
  ...more,
});

it('is for lists that may change', () => {
  const upstreams = { kind: 'static', api: ['127.0.0.1:1'], gateway: ['127.0.0.1:2'] } as const;
  const [, site] = renderNginx(optionsOf({ upstreams, features: imageFeatures }));
  expect(site?.content).not.toContain('_again');
});

describe.each(testNginxes().filter(({ features }) => features.resolve))('nginx $version', (nginx) => {
  it.each(['/api/v1/me', '/ws'])(
    'asks another replica when the list changes under a request for %s',
    async (path) => {
      const [leaving, staying] = [
        ['127.0.0.2', '127.0.0.3'],
        ['127.0.0.4', '127.0.0.5'],
      ];
      const dns = await startDns(leaving);
      const port = await freePort();
      const leave = (socket: Socket): void => {
        const { asked } = dns.state;
        dns.state.addresses = staying;
        void (async () => {
          // Both names were asked for again.
          while (dns.state.asked < asked + 2) await delay(50);
          await delay(200);
          socket.destroy();
        })();
      };
      for (const host of leaving) await startReplica(host, port, leave);
      const answerAll = (socket: Socket): void =>
        void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nother');
      for (const host of staying) await startReplica(host, port, answerAll);
      const options = optionsOf({
        upstreams: {
          kind: 'dns',
          resolver: dns.resolver,
          api: { host: 'api', port },
          gateway: { host: 'gateway', port },
        },
        features: nginx.features,
        ports: { http: await freePort(), https: await freePort(), live: await freePort() },
      });
      const running = await startNginx(nginx, options);
      while (dns.state.asked < 2) await delay(20);
      await delay(200);
      const answer = await fetch(`http://127.0.0.1:${options.ports.http}${path}`);
      expect([answer.status, await answer.text()]).toEqual([200, 'other']);
      await running.stop();
    },
    30_000,
  );
});
