import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedLog, startTestServer, type TestServer, type TestUser } from '../testing/index.ts';
import { type Host, defineModule } from './module.ts';
import { coreModules } from '../modules/index.ts';

const password = 'a password that nobody may read';
const spoken = 'words that only Bruno may read';

describe('the log', () => {
  it('has JSON lines with a time, a level and a message', () => {
    const { lines, log } = capturedLog();
    log.child({ module: 'x' }).info({ n: 1 }, 'it happened');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        module: 'x',
        n: 1,
        msg: 'it happened',
      },
    ]);
  });

  it('hides what has a secret’s name, wherever it is', () => {
    const { log, text } = capturedLog();
    const secret = 'hunter2';
    log.info({ password: secret, token: secret, text: secret }, 'a');
    log.info(
      { body: { password: secret, accessToken: secret, refreshToken: secret, authorization: secret, text: secret } },
      'b',
    );
    expect(text()).not.toContain(secret);
  });
});

/** A whole story at the level debug: what people say and what lets them in is in no line of it. */
describe('a server’s log', () => {
  const { lines, log, text } = capturedLog();
  let server: TestServer;
  let ana: TestUser;
  let bruno: TestUser;
  let channelId: number;
  const secrets = new Set<string>([password, spoken]);

  const faulty = defineModule({
    name: 'faulty',
    setup: ({ plain, sql }: Host) => {
      plain('GET', '/bug', async () => {
        throw new Error('the flux is broken');
      });
      plain('POST', '/constraint', async (request) => {
        const { channelId: id, text: said } = (await request.json()) as { channelId: number; text: string };
        // Not null: the error's detail quotes the whole row.
        await sql`insert into messages (channel_id, seq, sender_id, client_id, sent_at, text) values (${id}, 1, 1, null, now(), ${said})`;
        return new Response();
      });
      plain('POST', '/cast', async (request) => {
        await sql`select ${await request.text()}::text::int`;
        return new Response();
      });
    },
  });

  beforeAll(async () => {
    server = await startTestServer({ log, modules: [...coreModules, faulty] });
    for (const username of ['ana', 'bruno']) {
      const made = await server.call('POST', '/api/v1/auth/register', { username, password });
      const { accessToken, refreshToken } = made.body as { accessToken: string; refreshToken: string };
      secrets.add(accessToken).add(refreshToken);
    }
    const enter = async (username: string): Promise<TestUser> => {
      const entered = await server.call('POST', '/api/v1/auth/login', { username, password });
      const { accessToken, refreshToken, user } = entered.body as {
        accessToken: string;
        refreshToken: string;
        user: { id: number };
      };
      secrets.add(accessToken).add(refreshToken);
      const known = await server.user();
      return {
        ...known,
        id: user.id,
        accessToken,
        refreshToken,
        call: (method, path, body) => server.call(method, path, body, accessToken),
      };
    };
    [ana, bruno] = [await enter('ana'), await enter('bruno')];
    channelId = (
      (await ana.call('POST', '/api/v1/channels', { kind: 'direct', userId: bruno.id })).body as { id: number }
    ).id;
  });
  afterAll(() => server.stop());

  const expectSilence = (): void => {
    for (const secret of secrets) expect(text()).not.toContain(secret);
  };

  it('holds no password and no token, right or wrong', async () => {
    await server.call('POST', '/api/v1/auth/login', { username: 'ana', password: `${password}?` });
    await server.call('POST', '/api/v1/auth/login', `{"username":"ana","password":"${password}"`);
    await server.call('POST', '/api/v1/auth/register', { username: 'x\0', password });
    await server.call('POST', '/api/v1/auth/refresh', { refreshToken: bruno.refreshToken });
    await server.call('POST', '/api/v1/auth/refresh', { refreshToken: `${bruno.refreshToken}x` });
    await fetch(`${server.url}/api/v1/users/me?token=${ana.accessToken}`, {
      headers: { Authorization: `Bearer ${ana.accessToken}x` },
    });
    await fetch(`${server.url}/nothing?password=${encodeURIComponent(password)}`);
    expectSilence();
  });

  it('holds nothing of what people say, by whichever way', async () => {
    const socket = await ana.socket();
    await socket.hello({ token: ana.accessToken, cursors: {} });
    const { seq } = await socket.send(channelId, spoken);
    await socket.ok('message.edit', { channelId, seq, text: `${spoken}!` });
    await socket.request('message.send', { channelId, clientId: crypto.randomUUID(), text: `${spoken}\0` });
    await socket.request('message.send', { channelId, clientId: 'x', text: spoken, meta: { spoken } });
    await ana.call('POST', `/api/v1/channels/${channelId}/messages`, { clientId: crypto.randomUUID(), text: spoken });
    await ana.call('GET', `/api/v1/users?query=${encodeURIComponent(spoken)}`);
    await ana.call('PATCH', '/api/v1/users/me', { bio: spoken });
    socket.socket.send(`{"op":"message.send","text":"${spoken}"`);
    expect(await socket.closed).toBe(4400);
    expectSilence();
  });

  it('names a bug with its stack and an incident, which is all that the client is told', async () => {
    const response = await fetch(`${server.url}/bug`);
    const problem = (await response.json()) as { code: string; details: { incident: string } };
    expect([response.status, problem.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(problem)).not.toContain('flux');
    const line = lines().find(({ incident }) => incident === problem.details.incident);
    expect(line).toMatchObject({
      level: 'error',
      msg: 'a request failed',
      err: { message: 'the flux is broken', stack: expect.stringContaining('log.test.ts') as string },
    });
    expect(response.headers.get('x-request-id')).toBe(problem.details.incident);
  });

  it('names an error of the database by its code, and quotes no row or value of it', async () => {
    const body = JSON.stringify({ channelId, text: spoken });
    expect((await fetch(`${server.url}/constraint`, { method: 'POST', body })).status).toBe(500);
    expect((await fetch(`${server.url}/cast`, { method: 'POST', body: spoken })).status).toBe(500);
    const failed = lines().filter(({ msg }) => msg === 'a request failed');
    expect(failed.map(({ err }) => (err as { code?: string }).code)).toEqual(
      expect.arrayContaining(['23502', '22P02']),
    );
    expect(failed.find(({ err }) => (err as { code?: string }).code === '23502')).toMatchObject({
      err: {
        table_name: 'messages',
        column_name: 'client_id',
        stack: expect.stringContaining('log.test.ts') as string,
      },
    });
    expectSilence();
  });

  it('says of each request what it was and how it ended', () => {
    const [line] = lines().filter(({ path }) => path === '/api/v1/auth/refresh');
    expect(line).toEqual({
      level: 'debug',
      time: expect.any(String) as string,
      requestId: expect.any(String) as string,
      method: 'POST',
      path: '/api/v1/auth/refresh',
      status: 200,
      ms: expect.any(Number) as number,
      msg: 'request',
    });
  });
});
