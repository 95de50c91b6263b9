import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  mischievousBus,
  seededRandom,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../testing/index.ts';
import { type AppUser, appSocket, appUser, password, postForm, untilReceived } from './app-client.test.fixture.ts';

let server: TestServer;
const others: TestServer[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
  for (const other of others) await other.stop();
});

const pair = async (on = server): Promise<[AppUser, AppUser]> => [await appUser(on), await appUser(on)];

/** A user with both kinds of client: the same account over `/api/v1`. */
const webOf = async (on: TestServer, { name }: AppUser) => {
  const user = await on.login({ username: name });
  return { ...user, socket: await user.socket() };
};

const directOf = async (web: Awaited<ReturnType<typeof webOf>>, userId: number): Promise<number> =>
  ((await web.call('POST', '/api/v1/channels', { kind: 'direct', userId })).body as { id: number }).id;

const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `n ${from + index}`);

/** Resolves when the database holds as many messages. */
const stored = async ({ sql }: TestServer, count: number): Promise<void> => {
  while (Number((await sql`select count(*) as n from messages`)[0]?.n) < count) await delay(5);
};

describe('between the app and /ws', () => {
  it('a message of the app is seen by the addressee and by both users on /ws, live and in the history', async () => {
    const [ana, bruno] = await pair();
    const [anasWeb, brunosWeb] = [await webOf(server, ana), await webOf(server, bruno)];
    for (const web of [anasWeb, brunosWeb]) await web.socket.hello({ token: web.accessToken });
    const [anas, brunos] = [await appSocket(server, ana), await appSocket(server, bruno)];
    anas.message(bruno.id, 'Olá, Bruno! 👩‍👩‍👧', 'hoje às 10h');
    expect(await brunos.until(1)).toEqual([
      { sender: ana.id, date: 'hoje às 10h', type: 'message', data: 'Olá, Bruno! 👩‍👩‍👧' },
    ]);
    const channelId = await directOf(anasWeb, bruno.id);
    for (const web of [anasWeb, brunosWeb]) {
      const { socket } = web;
      const reset = await socket.event('timeline.reset', (data) => data.channelId === channelId);
      const first = reset.data.entries as Record<string, unknown>[];
      await socket.until('the message', () =>
        [...first, ...socket.entries(channelId)].find(({ kind }) => kind === 'message'),
      );
      const history = await web.call('GET', `/api/v1/channels/${channelId}/messages`);
      expect(history.body).toMatchObject({ messages: [{ senderId: ana.id, text: 'Olá, Bruno! 👩‍👩‍👧' }] });
      await socket.close();
    }
    await Promise.all([anas.close(), brunos.close()]);
  });

  it('a message of /ws reaches the app with the time at which it was stored, and is not echoed to its sender', async () => {
    const [ana, bruno] = await pair();
    const web = await webOf(server, ana);
    await web.socket.hello({ token: web.accessToken });
    const [anas, brunos] = [await appSocket(server, ana), await appSocket(server, bruno)];
    const channelId = await directOf(web, bruno.id);
    const { seq, sentAt } = await web.socket.send(channelId, 'from the web');
    expect(await brunos.until(1)).toEqual([{ sender: ana.id, date: sentAt, type: 'message', data: 'from the web' }]);
    await web.socket.event('receipt', (it) => it.userId === bruno.id && it.deliveredSeq === seq);
    brunos.message(ana.id, 'from the app');
    await anas.until(1);
    expect(anas.texts()).toEqual(['from the app']);
    expect(brunos.texts()).toEqual(['from the web']);
    await Promise.all([anas.close(), brunos.close(), web.socket.close()]);
  });

  it('groups, notes to oneself, edits, deletions and odd meta are not the concern of the app', async () => {
    const [ana, bruno] = await pair();
    const web = await webOf(server, ana);
    await web.socket.hello({ token: web.accessToken });
    const brunos = await appSocket(server, bruno);
    const channelId = await directOf(web, bruno.id);
    const group = await web.call('POST', '/api/v1/channels', { kind: 'group', name: 'Feira', memberIds: [bruno.id] });
    await web.socket.send((group.body as { id: number }).id, 'to the group');
    const { seq } = await web.socket.send(channelId, 'first');
    await web.socket.ok('message.edit', { channelId, seq, text: 'edited' });
    await web.socket.ok('reaction.add', { channelId, seq, emoji: '👍' });
    await web.socket.ok('message.delete', { channelId, seq });
    const meta = { 'messox-app': { date: 5 } };
    await web.socket.ok('message.send', { channelId, clientId: crypto.randomUUID(), text: 'odd meta', meta });
    const got = await brunos.until(2);
    expect(brunos.texts()).toEqual(['first', 'odd meta']);
    expect(got[1]?.date).toMatch(/^\d{4}-\d\d-\d\dT/);
    await brunos.close();
    // Missed, and deleted before it was read.
    const missed = await web.socket.send(channelId, 'never said');
    await web.socket.ok('message.delete', { channelId, seq: missed.seq });
    await web.socket.send(channelId, 'last');
    const back = await appSocket(server, bruno);
    await back.until(1, ({ data }) => data === 'last');
    expect(back.texts()).not.toContain('never said');
    expect(back.texts()).not.toContain('');
    await Promise.all([back.close(), web.socket.close()]);
  });
});

describe('one who was offline', () => {
  it('gets at the first connection everything that was ever sent to them, in order', async () => {
    const [ana, bruno] = await pair();
    const carla = await appUser(server);
    const [anas, carlas] = [await appSocket(server, ana), await appSocket(server, carla)];
    for (const text of numbered(20)) {
      anas.message(bruno.id, text);
      carlas.message(bruno.id, text);
    }
    const brunos = await appSocket(server, bruno);
    await brunos.until(40);
    for (const { id } of [ana, carla])
      expect(brunos.events.filter(({ sender }) => sender === id).map(({ data }) => data)).toEqual(numbered(20));
    await Promise.all([anas.close(), carlas.close(), brunos.close()]);
  });

  it('gets what was missed, once, at each return', async () => {
    const [ana, bruno] = await pair();
    const anas = await appSocket(server, ana);
    for (let round = 0; round < 4; round += 1) {
      const brunos = await appSocket(server, bruno);
      if (round > 0) await brunos.until(3);
      anas.message(bruno.id, `live ${round}`);
      await brunos.until(1, ({ data }) => data === `live ${round}`);
      expect(brunos.texts()).toEqual([...(round > 0 ? numbered(3, round * 3) : []), `live ${round}`]);
      await untilReceived(server, bruno);
      await brunos.close();
      for (const text of numbered(3, (round + 1) * 3)) anas.message(bruno.id, text);
    }
    await anas.close();
  });

  it('gets nothing again when it comes back at once', async () => {
    const [ana, bruno] = await pair();
    const anas = await appSocket(server, ana);
    for (const text of numbered(8)) {
      const brunos = await appSocket(server, bruno);
      anas.message(bruno.id, text);
      await brunos.until(1, ({ data }) => data === text);
      expect(brunos.texts()).toEqual([text]);
      await brunos.close();
    }
    await anas.close();
  });

  it('gets it after the server was started again on the same database', async () => {
    const first = await startTestServer();
    const [ana, bruno] = await pair(first);
    const [anas, brunos] = [await appSocket(first, ana), await appSocket(first, bruno)];
    anas.message(bruno.id, 'received');
    await brunos.until(1);
    await brunos.close();
    for (const text of numbered(5)) anas.message(bruno.id, text);
    await stored(first, 6);
    await first.stopServer();
    const second = await startTestServer({ database: first.database });
    others.push(second);
    const back = await appSocket(second, bruno);
    await back.until(5);
    const again = await appSocket(second, ana);
    again.message(bruno.id, 'live');
    await back.until(6);
    expect(back.texts()).toEqual([...numbered(5), 'live']);
    // The app's own date is kept with the message.
    expect(new Set(back.events.map(({ date }) => date))).toEqual(new Set(['2026-03-01 10:00:00.000']));
  });

  it('gets 2,500 messages without a loss while more arrive', async () => {
    const [ana, bruno] = await pair();
    const web = await webOf(server, ana);
    await web.socket.hello({ token: web.accessToken });
    const channelId = await directOf(web, bruno.id);
    await Promise.all(numbered(2_500).map((text) => web.socket.send(channelId, text)));
    const brunos = await appSocket(server, bruno);
    await Promise.all(numbered(200, 2_500).map((text) => web.socket.send(channelId, text)));
    await brunos.until(2_700);
    expect(brunos.texts()).toEqual(numbered(2_700));
    await untilReceived(server, bruno);
    await brunos.close();
    await web.socket.send(channelId, 'afterwards');
    const back = await appSocket(server, bruno);
    await back.until(1);
    expect(back.texts()).toEqual(['afterwards']);
    await Promise.all([back.close(), web.socket.close()]);
  });

  it('gets long messages, many more than wait for a socket at once', async () => {
    const [ana, bruno] = await pair();
    const web = await webOf(server, ana);
    await web.socket.hello({ token: web.accessToken });
    const channelId = await directOf(web, bruno.id);
    const texts = numbered(150).map((text) => text.padEnd(9_990, '田'));
    for (const text of texts) await web.socket.send(channelId, text);
    const brunos = await appSocket(server, bruno);
    const live = web.socket.send(channelId, 'live');
    await brunos.until(151);
    expect(brunos.texts()).toEqual([...texts, 'live']);
    await Promise.all([live, brunos.close(), web.socket.close()]);
  });
});

describe('a connection that is lost', () => {
  it('costs no message that went into it: what the client did not receive comes again', async () => {
    const [ana, bruno] = await pair();
    const [anas, gone] = [await appSocket(server, ana), await appSocket(server, bruno, { answersPings: false })];
    for (const text of numbered(3)) anas.message(bruno.id, text);
    await gone.until(3);
    gone.socket.terminate();
    const back = await appSocket(server, bruno);
    await back.until(3);
    expect(back.texts()).toEqual(numbered(3));
    await untilReceived(server, bruno);
    await Promise.all([anas.close(), back.close()]);
  });

  it('is told from one whose client answers only the last of several pings', async () => {
    const beating = await startTestServer({ limits: { heartbeatMs: 1_000 } });
    others.push(beating);
    const [ana, bruno] = await pair(beating);
    const [anas, brunos] = [await appSocket(beating, ana), await appSocket(beating, bruno, { answersPings: false })];
    anas.message(bruno.id, 'first');
    await new Promise<void>((resolve) => {
      let pings = 0;
      brunos.socket.on('ping', (data: Buffer) => {
        pings += 1;
        if (pings === 1) return;
        brunos.socket.pong(data);
        resolve();
      });
    });
    await untilReceived(beating, bruno);
    await Promise.all([anas.close(), brunos.close()]);
  });

  it('is not noticed for a while: both its socket and the new one are served', async () => {
    const [ana, bruno] = await pair();
    const [anas, gone] = [await appSocket(server, ana), await appSocket(server, bruno, { answersPings: false })];
    anas.message(bruno.id, 'first');
    await gone.until(1);
    const back = await appSocket(server, bruno);
    anas.message(bruno.id, 'second');
    await back.until(2);
    await gone.until(2);
    for (const socket of [back, gone]) expect(socket.texts()).toEqual(['first', 'second']);
    gone.socket.terminate();
    await Promise.all([anas.close(), back.close()]);
  });
});

describe('several devices of one user', () => {
  it('each get what was sent while it was away, whatever the other got', async () => {
    const [ana, bruno] = await pair();
    const login = await postForm(server, '/user/login', { name: bruno.name, password });
    const tablet = { ...bruno, token: String(login.body.token) };
    const [anas, first] = [await appSocket(server, ana), await appSocket(server, tablet)];
    const phone = await appSocket(server, bruno);
    anas.message(bruno.id, 'to both');
    await Promise.all([phone.until(1), first.until(1)]);
    await untilReceived(server, bruno);
    await first.close();
    for (const text of numbered(3)) anas.message(bruno.id, text);
    await phone.until(4);
    const second = await appSocket(server, tablet);
    await second.until(3);
    expect(phone.texts()).toEqual(['to both', ...numbered(3)]);
    expect(second.texts()).toEqual(numbered(3));
    await Promise.all([anas.close(), phone.close(), second.close()]);
  });

  it.each(['remembered', 'forgotten'])(
    'who logs in again goes on where the last device was, whose session is ended and %s; its cursors go',
    async (session) => {
      const [ana, bruno] = await pair();
      const [anas, phone] = [await appSocket(server, ana), await appSocket(server, bruno)];
      anas.message(bruno.id, 'received');
      await phone.until(1);
      await untilReceived(server, bruno);
      await server.call('POST', '/api/v1/auth/logout', undefined, bruno.token);
      await phone.closed;
      if (session === 'forgotten') await server.sql`delete from sessions where user_id = ${bruno.id}`;
      anas.message(bruno.id, 'missed');
      const login = await postForm(server, '/user/login', { name: bruno.name, password });
      const back = await appSocket(server, { token: String(login.body.token) });
      await back.until(1);
      expect(back.texts()).toEqual(['missed']);
      await untilReceived(server, bruno);
      const sessions = await server.sql`select distinct session_id from messox_app_cursors where user_id = ${bruno.id}`;
      expect(sessions).toHaveLength(1);
      await Promise.all([anas.close(), back.close()]);
    },
  );
});

it.each([1, 2, 3])('a bus that loses, repeats and reorders costs no message (seed %i)', async (seed) => {
  const bus = mischievousBus(seededRandom(seed));
  const options: TestServerOptions = { bus };
  const shaky = await startTestServer(options);
  const [ana, bruno] = await pair(shaky);
  const [anas, brunos] = [await appSocket(shaky, ana), await appSocket(shaky, bruno)];
  for (const text of numbered(100)) {
    anas.message(bruno.id, text);
    brunos.message(ana.id, text);
  }
  const back = await appSocket(shaky, bruno);
  await stored(shaky, 200);
  bus.calm();
  for (const socket of [anas, brunos, back]) {
    await socket.until(100);
    expect(socket.texts()).toEqual(numbered(100));
  }
  await shaky.stop();
});
