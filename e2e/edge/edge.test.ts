import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type Client, createClient } from '@messox/client';
import type { TimelineEntry } from '@messox/protocol';
import { httpLines, rabbitmqMissing, rawConnection, rawHttp, rawSocket, statusOf } from '@messox/server/testing';
import { execa } from 'execa';
import { nginxMissing } from 'messox/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerProcess } from '../processes/messox-server.ts';
import {
  domain,
  type Edge,
  loginsPerAddress,
  makeCertificate,
  pagesOrigin,
  type Replicas,
  startEdge,
  startReplicas,
  wide,
} from './edge.ts';

const missing = (): string | undefined => rabbitmqMissing() ?? nginxMissing();
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

beforeEach(({ skip }) => skip(missing() !== undefined, missing()));

let replicas: Replicas;
beforeAll(async () => {
  if (missing() === undefined) replicas = await startReplicas();
});
afterAll(async () => {
  if (missing() === undefined) await replicas.stop();
});

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const edge = async (more?: Parameters<typeof startEdge>[1], of: Partial<Replicas> = {}): Promise<Edge> => {
  const started = await startEdge({ ...replicas, ...of }, more);
  undo.push(() => started.stop());
  return started;
};

const name = (): string => `ana-${crypto.randomUUID().slice(0, 8)}`;
const password = 'a house by the sea';

const someone = async (url: string): Promise<{ client: Client; id: number; shown: string[] }> => {
  const client = createClient({ url, timings: { reconnectBaseMs: 20, reconnectCapMs: 200 } });
  undo.push(() => client.close());
  const shown: string[] = [];
  const show = (entry: TimelineEntry): unknown => entry.kind === 'message' && shown.push(entry.text);
  client.on('entry', show);
  client.on('reset', ({ entries }) => {
    for (const entry of entries) show(entry);
  });
  const { id } = await client.register({ username: name(), password });
  return { client, id, shown };
};

const sessionsOf = async ({ url }: ServerProcess): Promise<number> =>
  Number(/^messox_sessions (\d+)$/m.exec(await fetch(`${url}/metrics`).then((it) => it.text()))?.[1]);

const problem = async (answer: Response) => ({
  status: answer.status,
  media: answer.headers.get('content-type'),
  ...((await answer.json()) as { code: string }),
});

const logOf = async ({ nginx }: Edge): Promise<Record<string, string>[]> =>
  (await readFile(nginx.accessLog, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);

describe('replicas', () => {
  it('share calls and sockets', async () => {
    const it = await edge();
    for (let n = 0; n < 20; n += 1) expect((await fetch(`${it.url}/healthz`)).status).toBe(200);
    const upstreams = new Set((await logOf(it)).map(({ upstream }) => upstream));
    expect(upstreams).toEqual(new Set(replicas.apis.map(({ url }) => new URL(url).host)));
    const people = await Promise.all(Array.from({ length: 6 }, () => someone(it.url)));
    for (const { client } of people) await client.connect();
    expect(await Promise.all(replicas.gateways.map(sessionsOf))).toEqual([2, 2, 2]);
  });

  it('may be killed: calls go on, and sessions come back and catch up', async () => {
    const doomed = await startReplicas();
    undo.push(() => doomed.stop());
    const { url } = await edge({}, doomed);
    const [ana, bob] = [await someone(url), await someone(url)];
    await Promise.all([ana.client.connect(), bob.client.connect()]);
    const { id: channelId } = await ana.client.api.openDirect(bob.id);
    const texts = Array.from({ length: 60 }, (_, n) => `n ${n}`);
    const statuses: number[] = [];
    const sent: Promise<unknown>[] = [];
    for (const [n, text] of texts.entries()) {
      if (n === 20) await doomed.apis[0]?.kill();
      if (n === 40) {
        const counts = await Promise.all(doomed.gateways.map(sessionsOf));
        await doomed.gateways[counts.findIndex((count) => count > 0)]?.kill();
      }
      sent.push(ana.client.send({ channelId, text }).stored);
      const answers = await Promise.all([fetch(`${url}/healthz`), fetch(`${url}/user/login`, { method: 'POST' })]);
      statuses.push(...answers.map(({ status }) => status));
    }
    await Promise.all(sent);
    await vi.waitFor(() => expect(bob.shown).toEqual(texts), 20_000);
    // The second is a POST without a body, which the server itself refuses.
    expect(new Set(statuses)).toEqual(new Set([200, 400]));
  });

  it('that are all away are told as the server tells that its database is', async () => {
    const nobody = { url: 'http://127.0.0.1:1' } as ServerProcess;
    const { ports, url } = await edge({}, { apis: [nobody, nobody], gateways: [nobody] });
    const answer = await fetch(`${url}/api/v1/channels`);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await problem(answer)).toMatchObject({
      status: 503,
      code: 'unavailable',
      media: 'application/problem+json',
    });
    expect((await fetch(`${url}/ws`)).status).toBe(503);
    expect(await (await fetch(`http://127.0.0.1:${ports.live ?? 0}/live`)).text()).toBe('ok\n');
  });

  it('are not taken for broken by what is asked for and not there', async () => {
    const { url } = await edge();
    for (let index = 0; index < 12; index += 1) expect((await fetch(`${url}/favicon-${index}.ico`)).status).toBe(404);
    expect((await fetch(`${url}/api/v1/channels`)).status).toBe(401);
    expect((await fetch(`${url}/ws`)).status).toBe(426);
  });

  it('keep their sockets while nginx takes over other settings', async () => {
    const { nginx, url } = await edge();
    const { client } = await someone(url);
    await client.connect();
    const lost = vi.fn();
    client.on('status', lost);
    await nginx.reload();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await client.api.me()).toBeDefined();
    expect(lost).not.toHaveBeenCalled();
  });
});

describe('a socket', () => {
  it('that is idle for longer than nginx waits is kept by heartbeats', async () => {
    const { url } = await edge();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'messox.v1');
    const closed = vi.fn();
    socket.on('close', closed);
    // nginx would wait for two and a half heartbeats.
    for (let n = 0; n < 4; n += 1) await once(socket, 'ping');
    expect(closed).not.toHaveBeenCalled();
    socket.terminate();
  });

  it('is cut where nothing comes from the server', async () => {
    const silent = await edge({ heartbeatMs: 100 });
    const socket = await rawSocket(silent.ports.http, '/ws', 'Sec-WebSocket-Protocol: messox.v1');
    await socket.closed;
  });

  it('of messox-app goes to a gateway, too', async () => {
    const { url } = await edge();
    const answer = await fetch(`${url}/server/ws`);
    expect(await problem(answer)).toMatchObject({ status: 426, code: 'upgrade_required' });
    expect((await fetch(`${url}/server/ping`)).status).toBe(400);
  });
});

describe('what is refused', () => {
  const call = (port: number, headers: Record<string, string>): Promise<string> =>
    rawHttp(
      port,
      httpLines('GET /healthz HTTP/1.1', ...Object.entries(headers).map((it) => it.join(': ')), 'Connection: close'),
    );

  it('is another name', async () => {
    const { ports } = await edge();
    expect(await call(ports.http, { Host: 'evil.example' })).toBe('');
    expect(statusOf(await call(ports.http, { Host: domain }))).toBe(200);
  });

  it('is too much of one address, in the shape of the API', async () => {
    const limits = { ...wide, authPerMinute: 1, restPerSecond: 1, socketOpensPerSecond: 1, socketsPerAddress: 2 };
    const { ports, url } = await edge({ limits });
    const tries = async (path: string, init: RequestInit = {}) => {
      const answers: Response[] = [];
      for (let n = 0; n < 8; n += 1) answers.push(await fetch(`${url}${path}`, init));
      const refused = answers.find(({ status }) => status === 429);
      expect(refused?.headers.get('retry-after')).toBe('1');
      expect(refused?.headers.get('x-content-type-options')).toBe('nosniff');
      return refused && problem(refused);
    };
    const limited = {
      status: 429,
      code: 'rate_limited',
      media: 'application/problem+json',
      details: { retryAfterMs: 1_000 },
    };
    expect(await tries('/api/v1/auth/login', { method: 'POST' })).toMatchObject(limited);
    // Two slashes are one, and an escape is what it stands for.
    expect(await tries('/api//v1/auth/%6cogin', { method: 'POST' })).toMatchObject(limited);
    expect(await tries('/healthz')).toMatchObject(limited);
    const open = () => rawSocket(ports.http, '/ws', 'Sec-WebSocket-Protocol: messox.v1');
    const sockets = [await open(), await open()];
    await expect(open()).rejects.toThrow(/429[^]*"code":"too_many_sessions"/);
    for (const { socket } of sockets) socket.destroy();
  });

  it('is no login for what a browser asks before one', async () => {
    const statuses = async (url: string, method: string, count: number): Promise<number[]> => {
      const found: number[] = [];
      for (let n = 0; n < count; n += 1) {
        const headers = { origin: pagesOrigin, 'access-control-request-method': 'POST' };
        found.push((await fetch(`${url}/api/v1/auth/login`, { method, headers })).status);
      }
      return found;
    };
    const { url } = await edge({ limits: { ...wide, authPerMinute: 1 } });
    expect(new Set(await statuses(url, 'OPTIONS', 6))).toEqual(new Set([204]));
    const [first, second, third] = await statuses(url, 'POST', 3);
    expect([first, second]).not.toContain(429);
    expect(third).toBe(429);
    expect(await statuses(url, 'OPTIONS', 1)).toEqual([204]);
    const few = await edge({ limits: { ...wide, restPerSecond: 1 } });
    expect(await statuses(few.url, 'OPTIONS', 8)).toContain(429);
  });

  it('is a body that is too large, by nginx as by the server', async () => {
    const { url } = await edge();
    const post = (bytes: number) =>
      fetch(`${url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'a'.repeat(bytes) }),
      }).then(problem);
    const [byServer, byNginx] = [await post(100_000), await post(200_000)];
    expect(byServer).toMatchObject({ status: 413, code: 'payload_too_large' });
    expect(Object.keys(byNginx).filter((key) => key !== 'details')).toEqual(
      Object.keys(byServer).filter((key) => key !== 'details'),
    );
    expect(byNginx).toMatchObject({ status: 413, code: 'payload_too_large', media: 'application/problem+json' });
  });

  it('is an address that is too long, before it is known what name it is for', async () => {
    const { ports } = await edge();
    const answer = await rawHttp(
      ports.http,
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: ${domain}\r\nConnection: close\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('"code":"invalid_header"');
  });

  it('is a client that sends its headers one after the other for ever', async () => {
    const { ports } = await edge();
    const slow = rawConnection(ports.http, `GET /healthz HTTP/1.1\r\nHost: ${domain}\r\n`);
    const drip = setInterval(() => slow.socket.write('X-A: b\r\n'), 200);
    await slow.closed;
    clearInterval(drip);
    expect(statusOf(slow.text())).not.toBe(200);
  });

  it('may be read by pages of another origin, as what the server answers may', async () => {
    const nobody = { url: 'http://127.0.0.1:1' } as ServerProcess;
    const narrow = await edge({ limits: { ...wide, authPerMinute: 1 } });
    const deserted = await edge({}, { apis: [nobody] });
    const ask = async (url: string, origin: string, init: RequestInit = {}) => {
      const { headers, status } = await fetch(url, { ...init, headers: { origin } });
      return { status, cors: [...headers].filter(([name]) => name === 'vary' || name.startsWith('access-control')) };
    };
    const large = { method: 'POST', body: 'a'.repeat(200_000) };
    for (const origin of [pagesOrigin, 'https://app.example.net.evil.example', pagesOrigin.toUpperCase()]) {
      const { cors, status } = await ask(`${narrow.url}/api/v1/channels`, origin);
      expect(status).toBe(401);
      expect(cors.length).toBe(origin === pagesOrigin ? 2 : 1);
      expect(await ask(`${narrow.url}/api/v1/channels`, origin, large)).toEqual({ status: 413, cors });
      expect(await ask(`${deserted.url}/api/v1/channels`, origin)).toEqual({ status: 503, cors });
      const login = `${narrow.url}/api/v1/auth/login`;
      const logins = await Promise.all(Array.from({ length: 4 }, () => ask(login, origin, { method: 'POST' })));
      expect(logins).toContainEqual({ status: 429, cors });
      expect(logins.map((it) => it.cors)).toEqual(logins.map(() => cors));
    }
    expect((await ask(`${deserted.url}/user/login`, pagesOrigin, { method: 'POST' })).cors).toEqual([]);
  });

  it('is what only the admin may see', async () => {
    const { url } = await edge();
    for (const path of ['/metrics', '/readyz', '/%6detrics', '//readyz'])
      expect(await problem(await fetch(`${url}${path}`))).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('the address of a client', () => {
  const post = (url: string, path: string, headers: Record<string, string>, body: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const options = { hostname, port, path, method: 'POST', headers: { Host: domain, ...headers } };
      request(options, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)))
        .on('error', reject)
        .end(body);
    });

  /** Failed logins, more than both processes together let one address have, each said to be from another one. */
  const fail = async (url: string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let n = 0; n <= 2 * loginsPerAddress; n += 1) {
      const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': `198.51.100.7, 203.0.113.${n}` };
      statuses.push(await post(url, '/api/v1/auth/login', headers, JSON.stringify({ username: name(), password })));
    }
    return statuses;
  };

  it('is not what it writes into X-Forwarded-For itself', async () => {
    const { url } = await edge();
    expect(await fail(url)).toContain(429);
  });

  it('is what a proxy in front writes, of which only the last entry counts', async () => {
    const it = await edge({ tls: { mode: 'proxy' } });
    expect(new Set(await fail(it.url))).toEqual(new Set([401]));
    expect((await logOf(it)).map(({ address }) => address).slice(0, 2)).toEqual(['203.0.113.0', '203.0.113.1']);
  });
});

describe('the log', () => {
  it('has the id of a request as the server has it, and no token', async () => {
    const it = await edge();
    const token = 'secret-token-of-ana';
    const headers = {
      authorization: `Bearer ${token}`,
      referer: `https://x.example/?t=${token}`,
      'x-request-id': 'chosen-by-client',
    };
    const answer = await fetch(`${it.url}/api/v1/users/me?token=${token}`, { headers });
    const [line] = await logOf(it);
    expect(line).toMatchObject({
      path: '/api/v1/users/me',
      status: '401',
      requestId: answer.headers.get('x-request-id'),
    });
    expect(JSON.stringify(line)).not.toContain(token);
    const seen = replicas.apis.flatMap(({ log }) => log).filter(({ requestId }) => requestId === line?.requestId);
    expect(seen).toMatchObject([{ path: '/api/v1/users/me', status: 401 }]);
  });
});

describe('TLS', () => {
  let certificate: Awaited<ReturnType<typeof makeCertificate>>;
  beforeAll(async () => void (certificate = await makeCertificate()));
  afterAll(() => certificate.remove());

  const tlsEdge = () => edge({ tls: { mode: 'files', ...certificate } });
  const shake = async ({ ports }: Edge, ...options: string[]) => {
    const { all, exitCode } = await execa('openssl', ['s_client', '-connect', `127.0.0.1:${ports.https}`, ...options], {
      all: true,
      input: '',
      reject: false,
    });
    return { exitCode, all };
  };

  it('is of version 1.2 and 1.3, with forward secrecy, and for the own name only', async () => {
    const it = await tlsEdge();
    const named = ['-servername', domain];
    expect((await shake(it, ...named, '-tls1_3')).all).toContain('TLSv1.3');
    expect((await shake(it, ...named, '-tls1_2')).all).toContain('ECDHE');
    expect((await shake(it, ...named, '-tls1_1', '-cipher', 'ALL@SECLEVEL=0')).exitCode).not.toBe(0);
    for (const cipher of ['AES128-SHA', 'AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA'])
      expect((await shake(it, ...named, '-tls1_2', '-cipher', `${cipher}@SECLEVEL=0`)).exitCode).not.toBe(0);
    const stranger = await shake(it, '-servername', 'evil.example');
    expect(stranger.all).toContain('unrecognized name');
    expect(stranger.all).not.toContain('BEGIN CERTIFICATE');
    expect((await shake(it, '-noservername')).all).not.toContain('BEGIN CERTIFICATE');
  });

  it('is where plain HTTP is sent to, and says that it is to stay', async () => {
    const it = await tlsEdge();
    const plain = await rawHttp(
      it.ports.http,
      httpLines('GET /api/docs?a=b HTTP/1.1', `Host: ${domain}`, 'Connection: close'),
    );
    expect(plain).toContain(`Location: https://${domain}:${it.ports.https}/api/docs?a=b`);
    const { all } = await execa(
      'openssl',
      ['s_client', '-quiet', '-connect', `127.0.0.1:${it.ports.https}`, '-servername', domain],
      { all: true, reject: false, input: httpLines('GET /metrics HTTP/1.1', `Host: ${domain}`, 'Connection: close') },
    );
    expect(all).toContain('HTTP/1.1 404');
    expect(all).toContain('Strict-Transport-Security: max-age=63072000\r\n'.trimEnd());
    expect(all).toContain('"code":"not_found"');
  });
});
