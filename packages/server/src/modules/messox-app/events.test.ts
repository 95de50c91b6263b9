import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedLog, linkedBuses, startTestServer, type TestServer } from '../../testing/index.ts';
import { setDisabled } from '../accounts/index.ts';
import { type AppClient, type AppUser, appSocket, appUser } from './app-client.test.fixture.ts';

let server: TestServer;
let ana: AppUser;
let bruno: AppUser;
const log = capturedLog();

beforeAll(async () => {
  server = await startTestServer({ log: log.log });
  [ana, bruno] = [await appUser(server, 'Ana'), await appUser(server, 'Bruno')];
});
afterAll(() => server.stop());

const date = '2026-03-01 10:00:00.000';

/** Sends a message and waits until it has come, so that all that went before it has been dealt with. */
const passMark = async (from: AppClient, to: AppClient, adderess: number): Promise<void> => {
  const mark = `mark ${Math.random()}`;
  from.message(adderess, mark);
  await to.until(1, ({ data }) => data === mark);
};

describe('an event', () => {
  it('reaches the addressee with the sender of the session and without the address', async () => {
    const [anas, brunos] = [await appSocket(server, ana), await appSocket(server, bruno)];
    const frames: string[] = [];
    brunos.socket.on('message', (data: Buffer) => frames.push(data.toString()));
    anas.send({ sender: 999, adderess: bruno.id, date, type: 'message', data: 'Olá', more: { ignored: true } });
    await brunos.until(1);
    anas.send({ sender: 999, adderess: bruno.id, date: '', type: 'typing', data: '' });
    await brunos.until(2);
    expect(frames).toEqual([
      `{"sender":${ana.id},"date":"${date}","type":"message","data":"Olá"}`,
      `{"sender":${ana.id},"date":"","type":"typing","data":""}`,
    ]);
    expect(anas.events).toEqual([]);
    await Promise.all([anas.close(), brunos.close()]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['nothing', ''],
    ['no adderess', { date, type: 'message', data: 'x' }],
    ['an address spelt otherwise', { address: 1, date, type: 'message', data: 'x' }],
    ['an adderess that is a text', { adderess: '1', date, type: 'message', data: 'x' }],
    ['an adderess that is no integer', { adderess: 1.5, date, type: 'message', data: 'x' }],
    ['an adderess beyond 2^53', '{"adderess":9007199254740993,"date":"","type":"message","data":"x"}'],
    ['an adderess of 0', { adderess: 0, date, type: 'message', data: 'x' }],
    ['a date that is a number', { adderess: 1, date: 5, type: 'message', data: 'x' }],
    ['no type', { adderess: 1, date, data: 'x' }],
    ['data that is an object', { adderess: 1, date, type: 'message', data: { x: 1 } }],
    ['deep nesting', `{"adderess":1,"date":"","type":"a","data":"b","c":${'['.repeat(100)}${']'.repeat(100)}}`],
  ])('that is none closes the socket with 4400: %s', async (_, event) => {
    const socket = await appSocket(server, ana);
    socket.send(event);
    expect(await socket.closed).toBe(4400);
  });

  it('closes with 4400 as a binary frame, and with 4413 when it is too large', async () => {
    const [binary, large] = [await appSocket(server, ana), await appSocket(server, ana)];
    binary.socket.send(Buffer.from('{}'));
    expect(await binary.closed).toBe(4400);
    large.message(bruno.id, 'x'.repeat(70_000));
    expect(await large.closed).toBe(4413);
  });

  it.each([
    ['to nobody', { adderess: 999_999 }, 'user_not_found'],
    ['to nobody that is no message', { adderess: 999_999, type: 'typing' }, 'user_not_found'],
    ['without text', { data: '' }, 'invalid_request'],
    ['that is too long', { data: 'x'.repeat(10_001) }, 'invalid_request'],
    ['with a date that is too long', { date: 'x'.repeat(101) }, 'invalid_request'],
    ['with NUL', { data: 'a\0b' }, 'invalid_text'],
    ['with a lone surrogate', { data: '\ud800' }, 'invalid_text'],
    ['with a lone surrogate as its date', { date: '\udc00' }, 'invalid_text'],
    ['with an empty type', { type: '' }, 'invalid_request'],
    ['with a type that is too long', { type: 'x'.repeat(101) }, 'invalid_request'],
    ['of another type that is too long', { type: 'typing', data: 'x'.repeat(10_001) }, 'invalid_request'],
  ])('%s is answered by an error of its date, and the socket goes on', async (_, change, code) => {
    const [anas, brunos] = [await appSocket(server, ana), await appSocket(server, bruno)];
    const event = { adderess: bruno.id, date, type: 'message', data: 'x', ...change };
    anas.send(event);
    const [error] = await anas.until(1);
    expect(error).toEqual({ date: event.date, type: 'error', data: expect.stringMatching(`^${code}: .`) as unknown });
    await passMark(anas, brunos, bruno.id);
    await Promise.all([anas.close(), brunos.close()]);
  });

  it('to oneself or to a disabled user is answered by an error', async () => {
    const carla = await appUser(server);
    await setDisabled(server.sql as never, carla.name, true);
    const anas = await appSocket(server, ana);
    for (const type of ['message', 'typing']) {
      anas.send({ adderess: ana.id, date: `self ${type}`, type, data: 'x' });
      anas.send({ adderess: carla.id, date: `carla ${type}`, type, data: 'x' });
    }
    const errors = await anas.until(4);
    expect(errors.map(({ data, date: about }) => [about, data.split(':')[0]])).toEqual([
      ['self message', 'invalid_request'],
      ['carla message', 'user_not_found'],
      ['self typing', 'invalid_request'],
      ['carla typing', 'user_not_found'],
    ]);
    await anas.close();
  });

  it('between two of whom one blocks the other is answered by an error to both, and nothing of it comes', async () => {
    const [carla, dora, eva] = [await appUser(server), await appUser(server), await appUser(server)];
    const [carlas, doras, evas] = [
      await appSocket(server, carla),
      await appSocket(server, dora),
      await appSocket(server, eva),
    ];
    carlas.message(dora.id, 'before');
    await doras.until(1);
    // Carla has a channel with Dora, and none with Eva.
    for (const { id } of [dora, eva])
      expect((await server.call('PUT', `/api/v1/blocks/${id}`, undefined, carla.token)).status).toBe(204);
    const asked = [
      [carlas, dora],
      [carlas, eva],
      [doras, carla],
      [evas, carla],
    ] as const;
    for (const [client, { id }] of asked)
      for (const type of ['message', 'typing']) client.send({ adderess: id, date, type, data: 'x' });
    const errors = await Promise.all(
      [carlas, carlas, doras, evas].map((client, index) =>
        client.until(index < 2 ? 4 : 2, ({ type }) => type === 'error'),
      ),
    );
    const expected = 'forbidden: The user may not do this.';
    expect(errors.flat().map(({ data }) => data)).toEqual(Array(12).fill(expected));
    expect([...carlas.events, ...doras.events, ...evas.events].filter(({ data }) => data === 'x')).toEqual([]);
    await Promise.all([carlas.close(), doras.close(), evas.close()]);
  });

  it('from a sender who is too fast is not refused: it waits', async () => {
    const strict = await startTestServer({ limits: { opsPerSecond: 100, opsBurst: 3, opsInFlight: 2 } });
    const [from, to] = [await appUser(strict), await appUser(strict)];
    const [sender, receiver] = [await appSocket(strict, from), await appSocket(strict, to)];
    const texts = Array.from({ length: 60 }, (_, index) => `number ${index}`);
    for (const text of texts) sender.message(to.id, text);
    await receiver.until(60);
    expect(receiver.texts()).toEqual(texts);
    expect(sender.events).toEqual([]);
    await strict.stop();
  });

  it('that was sent just before the socket was closed is stored', async () => {
    const [anas, brunos] = [await appSocket(server, ana), await appSocket(server, bruno)];
    for (const text of ['last', 'words']) anas.message(bruno.id, text);
    await anas.close();
    await brunos.until(1, ({ data }) => data === 'words');
    await brunos.close();
  });
});

describe('an event that is no message', () => {
  it('reaches every open socket of the addressee and nobody else, and is not kept', async () => {
    const web = await server.call('POST', '/api/v1/auth/login', { username: 'Bruno', password: 'correct horse' });
    const { accessToken } = web.body as { accessToken: string };
    const brunosWeb = await (await server.user()).socket();
    await brunosWeb.hello({ token: accessToken });
    const [anas, anasOther] = [await appSocket(server, ana), await appSocket(server, ana)];
    const phones = [await appSocket(server, bruno), await appSocket(server, bruno)];
    for (const phone of phones) await passMark(anas, phone, bruno.id);
    anas.send({ adderess: bruno.id, date, type: 'typing', data: '…' });
    for (const phone of phones) {
      const [typing] = await phone.until(1, ({ type }) => type === 'typing');
      expect(typing).toEqual({ sender: ana.id, date, type: 'typing', data: '…' });
    }
    for (const phone of phones) await passMark(anas, phone, bruno.id);
    expect([...anas.events, ...anasOther.events]).toEqual([]);
    expect(brunosWeb.events.filter(({ event }) => !['timeline.entry', 'ready'].includes(event))).toEqual([]);
    await Promise.all(phones.map((phone) => phone.close()));
    const back = await appSocket(server, bruno);
    await passMark(anas, back, bruno.id);
    expect(back.events.filter(({ type }) => type === 'typing')).toEqual([]);
    await Promise.all([anas.close(), anasOther.close(), back.close(), brunosWeb.close()]);
  });

  it('and a message reach sockets of another process', async () => {
    const [one, two] = linkedBuses();
    const near = await startTestServer({ bus: one });
    const far = await startTestServer({ bus: two, database: near.database });
    const [from, to] = [await appUser(near), await appUser(near)];
    const [sender, receiver] = [await appSocket(near, from), await appSocket(far, to)];
    await passMark(sender, receiver, to.id);
    sender.send({ adderess: to.id, date, type: 'typing', data: '…' });
    expect(await receiver.until(1, ({ type }) => type === 'typing')).toMatchObject([{ sender: from.id, data: '…' }]);
    await far.stopServer();
    await near.stop();
  });
});

it('leaves neither texts nor tokens in the log', async () => {
  const [anas, brunos] = [await appSocket(server, ana), await appSocket(server, bruno)];
  anas.message(bruno.id, 'a most secret text');
  await brunos.until(1, ({ data }) => data === 'a most secret text');
  await Promise.all([anas.close(), brunos.close()]);
  for (const secret of ['a most secret text', ana.token, 'correct horse']) expect(log.text()).not.toContain(secret);
});
