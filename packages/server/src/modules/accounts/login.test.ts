import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestServerOptions, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.user('Ana Lúcia');
});
afterAll(() => server.stop());

const password = 'correct horse';
const login = async (body: Record<string, unknown>, it = server) => {
  const answer = await it.call('POST', '/api/v1/auth/login', { password, ...body });
  return { ...answer, body: answer.body as Record<string, unknown> };
};

/** Another server on the same database, for what a test says of its limits. */
const withLimits = async (limits: NonNullable<TestServerOptions['limits']>, use: (it: TestServer) => Promise<void>) => {
  const other = await startTestServer({ database: server.database, limits });
  await use(other).finally(() => other.stopServer());
};

describe('logging in', () => {
  it.each([
    ['as it was registered', 'Ana Lúcia'],
    ['in other case', 'ANA LÚCIA'],
    ['decomposed', 'Ana Lúcia'.normalize('NFD')],
    ['in full width', 'Ａｎａ　Ｌúｃｉａ'],
  ])('knows the name %s', async (_, username) => {
    const { body, status } = await login({ username });
    expect([status, (body.user as { id: number }).id]).toEqual([200, ana.id]);
  });

  it('gives the same answer for a wrong password and for nobody', async () => {
    const answers = await Promise.all([
      login({ username: 'Ana Lúcia', password: 'wrong horse' }),
      login({ username: 'nobody at all' }),
      login({ username: 'no name — at all' }),
      login({ username: "'; drop table users; --" }),
    ]);
    for (const { body, headers, status } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual(answers[0].body);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(answers[0].body.code).toBe('invalid_credentials');
  });

  it('takes a password shorter or longer than one can be set for a wrong one', async () => {
    expect((await login({ username: 'Ana Lúcia', password: 'x' })).status).toBe(401);
    expect((await login({ username: 'Ana Lúcia', password: 'x'.repeat(1_024) })).status).toBe(401);
    expect((await login({ username: 'Ana Lúcia', password: 'x'.repeat(1_025) })).status).toBe(400);
  });
});

describe('failed logins', () => {
  it('to one account are bounded, from wherever, and a right one is then refused, too', () =>
    withLimits({ loginsPerAccount: 3 }, async (it) => {
      for (const username of ['Ana Lúcia', 'ANA LÚCIA', 'ana lúcia'])
        expect((await login({ username, password: 'wrong' }, it)).status).toBe(401);
      const refused = await login({ username: 'Ana Lúcia' }, it);
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(100);
      // Others are not concerned.
      expect((await login({ username: 'nobody' }, it)).status).toBe(401);
    }));

  it('to an account that is not there are bounded in the same way', () =>
    withLimits({ loginsPerAccount: 3 }, async (it) => {
      for (let turn = 0; turn < 3; turn += 1) expect((await login({ username: 'nobody' }, it)).status).toBe(401);
      expect((await login({ username: 'nobody' }, it)).status).toBe(429);
    }));

  it('from one address are bounded', () =>
    withLimits({ loginsPerAddress: 3 }, async (it) => {
      for (const username of ['a', 'b', 'c']) expect((await login({ username }, it)).status).toBe(401);
      expect((await login({ username: 'Ana Lúcia' }, it)).status).toBe(429);
    }));

  it('are not what logins that succeed are', () =>
    withLimits({ loginsPerAccount: 2, loginsPerAddress: 2 }, async (it) => {
      for (let turn = 0; turn < 5; turn += 1) expect((await login({ username: 'Ana Lúcia' }, it)).status).toBe(200);
    }));

  it('are counted before they are looked at: many at once are not all tried', () =>
    withLimits({ loginsPerAccount: 3 }, async (it) => {
      const many = Array.from({ length: 10 }, () => login({ username: 'Ana Lúcia', password: 'wrong' }, it));
      const statuses = (await Promise.all(many)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(3);
      expect(statuses.filter((status) => status === 429)).toHaveLength(7);
    }));

  it('from one address are told from those of another behind a trusted proxy', async () => {
    const behind = await startTestServer({
      database: server.database,
      limits: { loginsPerAddress: 1 },
      server: { trustedProxies: 1 },
    });
    const from = async (address: string): Promise<number> => {
      const response = await fetch(`${behind.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
        body: JSON.stringify({ username: 'nobody', password }),
      });
      return response.status;
    };
    expect(await from('198.51.100.1')).toBe(401);
    expect(await from('198.51.100.1')).toBe(429);
    expect(await from('203.0.113.9, 198.51.100.1')).toBe(429);
    expect(await from('2001:db8::1')).toBe(401);
    expect(await from('2001:db8::2')).toBe(429);
    await behind.stopServer();
  });
});

describe('more passwords at once than can be hashed', () => {
  it('are refused as overloaded, and are no failed logins', () =>
    withLimits({ passwordQueue: 1, loginsPerAccount: 10 }, async (it) => {
      const statuses = new Map<number, number>();
      for (let turn = 0; turn < 3; turn += 1)
        for (const { body, headers, status } of await Promise.all(
          Array.from({ length: 10 }, () => login({ username: 'Ana Lúcia' }, it)),
        )) {
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status !== 503) continue;
          expect(body.code).toBe('overloaded');
          expect(headers.get('retry-after')).toBe('2');
        }
      expect([...statuses.keys()].sort()).toEqual([200, 503]);
      expect((await login({ username: 'Ana Lúcia' }, it)).status).toBe(200);
    }));
});
