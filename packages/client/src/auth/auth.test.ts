import { type Tokens, rest } from '@messox/protocol';
import { expect, test } from 'vitest';
import { all, makeClient, memoryStorage, next, startServer } from '../test/fixtures.ts';
import { createClient } from '../index.ts';
import { problem } from '../test/scripted-rest.ts';
import { type SavedTokens, savedTokens } from './saved-tokens.ts';

const startForAna = async () => {
  const server = await startServer();
  const ana = server.world.addUser('ana');
  const refreshes: string[] = [];
  server.onRest = ({ path, body }) => {
    if (path === rest.refresh.path) refreshes.push((body as { refreshToken: string }).refreshToken);
    return undefined;
  };
  return { server, ana, refreshes };
};

const ending = (tokens: Tokens, inMs: number): SavedTokens => savedTokens({ ...tokens, expiresInMs: inMs });

test('registers, says who it is, and logs out for good', async () => {
  const { server } = await startForAna();
  const kept: unknown[] = [];
  const client = createClient({
    url: server.url,
    clientName: 'laptop',
    onTokens: (tokens) => void kept.push(tokens?.accessToken),
  });
  expect(client.user).toBeUndefined();
  await expect(client.api.me()).rejects.toMatchObject({ code: 'logged_out', remedy: 'reauthenticate' });
  await expect(client.connect()).rejects.toMatchObject({ code: 'logged_out' });

  const user = await client.register({ username: '田中', password: 'long enough' });
  expect(user).toMatchObject({ id: 2, username: '田中' });
  expect(await client.api.me()).toEqual(client.user);
  await client.connect();
  const ended = all(client, 'loggedOut');
  await client.logout();
  expect(client.user).toBeUndefined();
  expect(client.status).toBe('offline');
  expect(kept).toEqual(['access 2 1', undefined]);
  expect(server.tokens.valid.has('access 2 1')).toBe(false);
  expect(ended).toEqual([]);
});

test("a wrong password is the server's own answer", async () => {
  const { server } = await startForAna();
  const client = createClient({ url: server.url });
  await expect(client.login({ username: 'nobody', password: 'x' })).rejects.toMatchObject({
    code: 'invalid_credentials',
    status: 401,
    remedy: 'fix',
  });
});

test('tokens are changed before they end, once for all who ask, and kept before they are used', async () => {
  const { server, refreshes } = await startForAna();
  const tokens = server.tokens.issue(1);
  const log: string[] = [];
  server.onRest = ({ path, body, token }) => {
    if (path === rest.refresh.path) refreshes.push((body as { refreshToken: string }).refreshToken);
    else log.push(`used ${token}`);
    return undefined;
  };
  const storage = memoryStorage();
  const client = makeClient(server, {
    storage,
    tokens: ending(tokens, 5_000),
    timings: { refreshEarlyMs: 10_000 },
    onTokens: async (fresh) => {
      // Whoever asks now waits until they are kept.
      void client.api.me();
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`kept ${fresh?.accessToken} and ${[...storage.values.values()].length}`);
    },
  });
  await Promise.all([client.api.me(), client.api.sessions().catch(() => undefined), client.connect()]);
  expect(refreshes).toEqual([tokens.refreshToken]);
  expect(log[0]).toBe('kept access 1 2 and 1');
  expect(new Set(log.slice(1))).toEqual(new Set(['used access 1 2']));
  expect(server.requestsOf('hello')[0]?.data).toMatchObject({ token: 'access 1 2' });
});

test('a token that the server no longer takes is changed once, and the call made again', async () => {
  const { server, refreshes } = await startForAna();
  const tokens = server.tokens.issue(1);
  const client = makeClient(server, { tokens: savedTokens(tokens) });
  server.tokens.valid.delete(tokens.accessToken);
  expect(await Promise.all([client.api.me(), client.api.me()])).toHaveLength(2);
  expect(refreshes).toHaveLength(1);
});

test('a session that the server has ended is told once, its tokens dropped, and unsent messages kept', async () => {
  const { server } = await startForAna();
  const { id } = server.world.addChannel([1, 2]);
  const storage = memoryStorage();
  const client = makeClient(server, { storage });
  await client.connect();
  server.tokens.valid.clear();
  server.onOp = () => true;
  const { clientId, stored } = client.send({ channelId: id, text: 'not yet' });
  const ended = all(client, 'loggedOut');
  server.session.close('unauthenticated');
  expect(await next(client, 'loggedOut')).toMatchObject({ code: 'invalid_refresh_token' });
  await next(client, 'status', ({ status }) => status === 'offline');
  expect(client.user).toBeUndefined();
  await expect(client.api.me()).rejects.toMatchObject({ code: 'logged_out' });
  expect(ended).toHaveLength(1);

  server.onOp = undefined;
  await client.login({ username: 'ana', password: 'again' });
  await client.connect();
  expect(await stored).toMatchObject({ seq: 1 });
  expect(server.requestsOf('message.send').at(-1)?.data).toMatchObject({ clientId });
});

test('a socket that is refused gets one new token, and then gives up', async () => {
  const { server, refreshes } = await startForAna();
  const client = makeClient(server);
  server.onOp = (session, request) => {
    session.refuse(request, 'unauthenticated');
    session.close('unauthenticated');
    return true;
  };
  const ended = next(client, 'loggedOut');
  await expect(client.connect()).rejects.toMatchObject({ code: 'logged_out' });
  expect(await ended).toMatchObject({ code: 'unauthenticated' });
  expect(refreshes).toHaveLength(1);
  expect(server.sessions).toHaveLength(2);
});

test('a socket whose token has just ended comes back with a new one', async () => {
  const { server, refreshes } = await startForAna();
  const tokens = server.tokens.issue(1);
  const client = makeClient(server, { tokens: savedTokens(tokens) });
  server.tokens.valid.delete(tokens.accessToken);
  await client.connect();
  server.tokens.valid.delete('access 1 2');
  server.session.close('unauthenticated');
  await next(client, 'ready');
  expect(refreshes).toHaveLength(2);
});

test('an account that was disabled is logged out', async () => {
  const { server } = await startForAna();
  const client = makeClient(server);
  server.onOp = (session, request) => {
    session.refuse(request, 'account_disabled');
    return true;
  };
  await expect(client.connect()).rejects.toMatchObject({ code: 'account_disabled' });
  expect(client.user).toBeUndefined();
});

test('a lost answer to a refresh is asked for again at once', async () => {
  const { server, ana, refreshes } = await startForAna();
  const tokens = server.tokens.issue(1);
  server.onRest = ({ path, body }) => {
    if (path !== rest.refresh.path) return undefined;
    refreshes.push((body as { refreshToken: string }).refreshToken);
    if (refreshes.length > 1) return undefined;
    server.tokens.exchange(tokens.refreshToken);
    return 'hang up';
  };
  const client = makeClient(server, { tokens: ending(tokens, -1) });
  expect(await client.api.me()).toEqual(ana);
  expect(refreshes).toEqual([tokens.refreshToken, tokens.refreshToken]);
});

test('while the server cannot refresh, nobody is logged out', async () => {
  const { server } = await startForAna();
  const client = makeClient(server, { tokens: ending(server.tokens.issue(1), -1) });
  server.onRest = ({ path }) => (path === rest.refresh.path ? problem('unavailable') : undefined);
  await expect(client.api.me()).rejects.toMatchObject({ code: 'unavailable' });
  expect(client.user).toBeDefined();
  server.onRest = undefined;
  await client.api.me();
});

test('another tab has refreshed already: its tokens are taken, the used one is not sent again', async () => {
  const { server, ana, refreshes } = await startForAna();
  const storage = memoryStorage();
  const first = makeClient(server, { storage, timings: { refreshEarlyMs: 10_000 } });
  await first.refresh();
  const second = createClient({ url: server.url, storage });
  expect(await second.restore()).toEqual(ana);
  await first.refresh();
  server.tokens.valid.delete('access 1 2');
  expect(await second.api.me()).toEqual(ana);
  expect(refreshes).toHaveLength(2);
});

test('tokens that cannot be kept are used all the same, and the failure is told', async () => {
  const { server, ana } = await startForAna();
  const full = new Error('disk full');
  const storage = { get: () => Promise.resolve(undefined), set: () => Promise.reject(full) };
  const client = createClient({ url: server.url, storage });
  const told = next(client, 'problem');
  await client.login({ username: 'ana', password: 'x' });
  expect(await told).toBe(full);
  expect(await client.api.me()).toEqual(ana);
});

test('logging out where the server cannot be told forgets all the same, and says so', async () => {
  const { server } = await startForAna();
  const storage = memoryStorage();
  const client = makeClient(server, { storage });
  const { id } = server.world.addChannel([1, 2]);
  await client.connect();
  await client.close();
  const { stored } = client.send({ channelId: id, text: 'secret' });
  server.onRest = () => 'hang up';
  await expect(client.logout()).rejects.toMatchObject({ code: 'unreachable' });
  await expect(stored).rejects.toMatchObject({ code: 'logged_out' });
  expect(client.user).toBeUndefined();
  expect([...storage.values]).toEqual([]);
});
