import { type Client, createClient } from '@messox/client';
import type { TimelineEntry } from '@messox/protocol';
import { rabbitmqMissing } from '@messox/server/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { makeSurroundings, type Surroundings } from './environment.ts';
import { frontDoor, type FrontDoor } from './front-door.ts';
import { type ServerProcess, startServerProcess } from './messox-server.ts';

beforeEach(({ skip }) => {
  const missing = rabbitmqMissing();
  skip(missing !== undefined, missing);
});

let surroundings: Surroundings;
let api1: ServerProcess;
let api2: ServerProcess;
let gateway1: ServerProcess;
let gateway2: ServerProcess;
let worker: ServerProcess;
const doors: FrontDoor[] = [];
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (rabbitmqMissing() !== undefined) return;
  surroundings = await makeSurroundings();
  // All at once, on an empty database: one of them migrates, and the others wait for it.
  const start = (role: string): Promise<ServerProcess> => startServerProcess(role, surroundings.environment);
  [api1, api2, gateway1, gateway2, worker] = await Promise.all([
    start('api'),
    start('api'),
    start('gateway'),
    start('gateway'),
    start('worker'),
  ]);
  // As a proxy in front: each door prefers another pair of processes.
  doors.push(await frontDoor([api1, api2], [gateway1, gateway2]));
  doors.push(await frontDoor([api2, api1], [gateway2, gateway1]));
}, 180_000);

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

afterAll(async () => {
  if (rabbitmqMissing() !== undefined) return;
  for (const door of doors) await door.close();
  expect(await Promise.all([api1, api2, gateway2, worker].map((it) => it.stop()))).toEqual([0, 0, 0, 0]);
  await surroundings.drop();
}, 60_000);

/** Somebody's device, which comes in by one of the doors, with what it shows. */
const device = (door: number, name: string): { client: Client; shown: string[] } => {
  const timings = { reconnectBaseMs: 20, reconnectCapMs: 200 };
  const client = createClient({ url: doors[door]?.url ?? '', clientName: name, timings });
  undo.push(() => client.close());
  const shown: string[] = [];
  const show = (entry: TimelineEntry): unknown => entry.kind === 'message' && shown.push(entry.text);
  client.on('entry', show);
  client.on('reset', ({ entries }) => {
    for (const entry of entries) show(entry);
  });
  return { client, shown };
};

const sessionsOf = async ({ url }: ServerProcess): Promise<number> => {
  const text = await fetch(`${url}/metrics`).then((answer) => answer.text());
  return Number(/^messox_sessions (\d+)$/m.exec(text)?.[1]);
};

it('answer what another kind of process serves so that a proxy and a client try again', async () => {
  const ask = async ({ url }: ServerProcess, path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${url}${path}`, init);
    const { code } = (await answer.json()) as { code: string };
    return { status: answer.status, code, after: answer.headers.get('retry-after') };
  };
  const again = { status: 503, code: 'unavailable', after: '1' };
  expect(await ask(gateway1, '/api/v1/users/me')).toEqual(again);
  expect(await ask(gateway1, '/api/v1/auth/login', { method: 'POST', body: '{}' })).toEqual(again);
  expect(await ask(worker, '/api/v1/users/me')).toEqual(again);
  expect(await ask(api1, '/ws')).toEqual(again);
});

it('say of a path that nobody serves that there is none, so that a proxy does not take them for broken', async () => {
  for (const { url } of [api1, gateway1, worker])
    for (const path of ['/', '/favicon.ico', '/api/v1/nothing', '/api/v1/users/me/nothing'])
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
});

/** Ana comes in by the first gateway, Bruno by the second. */
const talk = async (names: readonly [string, string]) => {
  const [ana, bruno] = [device(0, "Ana's phone"), device(1, "Bruno's laptop")];
  await ana.client.register({ username: names[0], password: 'a house by the sea' });
  const { id } = await bruno.client.register({ username: names[1], password: 'the river at night' });
  const { id: channelId } = await ana.client.api.openDirect(id);
  await Promise.all([ana.client.connect(), bruno.client.connect()]);
  return { ana, bruno, channelId };
};

it('gives each process its own work', async () => {
  const answers = async (process: ServerProcess): Promise<unknown[]> => {
    const get = async (path: string): Promise<Response> => fetch(`${process.url}${path}`);
    const { roles } = (await (await get('/readyz')).json()) as { roles: string[] };
    const statuses = await Promise.all(
      ['/healthz', '/metrics', '/api/v1/channels', '/api/docs', '/server/ping', '/ws'].map(
        async (path) => (await get(path)).status,
      ),
    );
    return [...roles, ...statuses];
  };
  expect(await answers(api1)).toEqual(['api', 200, 200, 401, 200, 400, 503]);
  expect(await answers(gateway1)).toEqual(['gateway', 200, 200, 503, 503, 503, 426]);
  expect(await answers(worker)).toEqual(['worker', 200, 200, 503, 503, 503, 503]);
});

it('has jobs done by the process that works on them, and by no other', async () => {
  const page = async ({ url }: ServerProcess): Promise<string> => (await fetch(`${url}/metrics`)).text();
  const kinds = ['kernel.forget', 'accounts.forget-sessions'];
  for (const kind of kinds)
    await vi.waitFor(
      async () => expect(await page(worker)).toContain(`messox_jobs_done_total{kind="${kind}"} 1\n`),
      20_000,
    );
  expect(await page(worker)).toContain('messox_jobs_ready 1\n');
  for (const process of [api1, api2, gateway1, gateway2])
    expect(await page(process)).not.toMatch(/^messox_jobs_(ready|waiting|done_total\{)/m);
});

it('lets people on different gateways chat', async () => {
  const { ana, bruno, channelId } = await talk(['ana', 'bruno']);
  expect(await Promise.all([gateway1, gateway2].map(sessionsOf))).toEqual([1, 1]);
  await ana.client.send({ channelId, text: 'Olá, Bruno!' }).stored;
  await vi.waitFor(() => expect(bruno.shown).toEqual(['Olá, Bruno!']));
  await bruno.client.send({ channelId, text: 'Oi, Ana!' }).stored;
  await vi.waitFor(() => expect(ana.shown).toEqual(['Olá, Bruno!', 'Oi, Ana!']));
});

it('closes a socket at one process when another ends its session', async () => {
  const { bruno } = await talk(['carla', 'diogo']);
  const loggedOut = new Promise((resolve) => bruno.client.on('loggedOut', resolve));
  const elsewhere = device(0, "Diogo's phone");
  await elsewhere.client.login({ username: 'diogo', password: 'the river at night' });
  // By way of the other api process.
  const sessions = await elsewhere.client.api.sessions();
  const laptop = sessions.find(({ current }) => !current);
  await elsewhere.client.api.endSession(laptop?.id ?? '');
  await loggedOut;
  await vi.waitFor(async () => expect(await sessionsOf(gateway2)).toBe(0));
});

it('resumes sessions at the other gateway when one is killed, without a gap and without a repetition', async () => {
  const { ana, bruno, channelId } = await talk(['edu', 'flor']);
  const texts = Array.from({ length: 200 }, (_, index) => `n ${index}`);
  const sent: Promise<unknown>[] = [];
  for (const [index, text] of texts.entries()) {
    // Ana's, in the middle of what she sends.
    if (index === 100) await gateway1.kill();
    sent.push(ana.client.send({ channelId, text }).stored);
    if (index % 10 === 0) await Promise.race([sent.at(-1), new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  await Promise.all(sent);
  await vi.waitFor(() => expect(bruno.shown).toHaveLength(texts.length), 20_000);
  expect(bruno.shown).toEqual(texts);
  await vi.waitFor(() => expect(ana.shown).toHaveLength(texts.length), 20_000);
  expect(ana.shown).toEqual(texts);
  expect(await sessionsOf(gateway2)).toBe(2);
});
