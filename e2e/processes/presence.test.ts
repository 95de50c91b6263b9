import { type Client, createClient } from '@messox/client';
import { rabbitmqMissing } from '@messox/server/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSurroundings, type Surroundings } from './environment.ts';
import { frontDoor, type FrontDoor } from './front-door.ts';
import { type ServerProcess, startServerProcess } from './messox-server.ts';

/** A lease of four seconds and a grace of two; by default they are six and four. */
const limits = {
  MESSOX_LIMITS__PRESENCE_BEAT_MS: '1000',
  MESSOX_LIMITS__PRESENCE_BEATS_MISSED: '4',
  MESSOX_LIMITS__PRESENCE_GRACE_MS: '2000',
};
const waitMs = 30_000;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

beforeEach(({ skip }) => {
  const missing = rabbitmqMissing();
  skip(missing !== undefined, missing);
});

let surroundings: Surroundings;
let api: ServerProcess;
/** Where Ana is. */
let steady: ServerProcess;
let steadyDoor: FrontDoor;
/** What things happen to; each test has its own. */
let hit: ServerProcess;
let hitDoor: FrontDoor;
const undo: (() => Promise<unknown>)[] = [];

const startGateway = (): Promise<ServerProcess> =>
  startServerProcess('gateway', { ...surroundings.environment, ...limits });

beforeAll(async () => {
  if (rabbitmqMissing() !== undefined) return;
  surroundings = await makeSurroundings();
  api = await startServerProcess('api', surroundings.environment);
  steady = await startGateway();
  steadyDoor = await frontDoor([api], [steady]);
});

beforeEach(async () => {
  if (rabbitmqMissing() !== undefined) return;
  hit = await startGateway();
  hitDoor = await frontDoor([api], [hit]);
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  if (rabbitmqMissing() !== undefined) return;
  await hitDoor.close();
  await hit.kill();
});

afterAll(async () => {
  if (rabbitmqMissing() !== undefined) return;
  await steadyDoor.close();
  expect(await Promise.all([steady, api].map((it) => it.stop()))).toEqual([0, 0]);
  await surroundings.drop();
});

interface Person {
  readonly id: number;
  readonly client: Client;
  readonly login: { readonly username: string; readonly password: string };
}

const timings = { reconnectBaseMs: 20, reconnectCapMs: 200 };

const clientAt = ({ url }: FrontDoor): Client => {
  const client = createClient({ url, timings });
  undo.push(() => client.close());
  return client;
};

/** Somebody with a device that comes in by this door. */
const person = async (door: FrontDoor, name: string): Promise<Person> => {
  const client = clientAt(door);
  const login = { username: `${name}-${crypto.randomUUID().slice(0, 8)}`, password: 'a house by the sea' };
  const { id } = await client.register(login);
  await client.connect();
  return { id, client, login };
};

/** Another device of somebody. */
const anotherDevice = async ({ login }: Person, door: FrontDoor): Promise<Client> => {
  const client = clientAt(door);
  await client.login(login);
  await client.connect();
  return client;
};

/** Shows these people to a watcher; resolves with what is told of them, as soon as all are online. */
const watch = async ({ client }: Person, ...people: readonly Person[]) => {
  for (const { id } of people) await client.api.openDirect(id);
  const told = new Map<number, string[]>(people.map(({ id }) => [id, []]));
  const userIds = people.map(({ id }) => id);
  const states = async (): Promise<string[]> => (await client.watchPresence(userIds)).map(({ state }) => state);
  await vi.waitFor(async () => expect(await states()).toEqual(people.map(() => 'online')), waitMs);
  client.on('presence', ({ state, userId }) => told.get(userId)?.push(state));
  return {
    states,
    told: ({ id }: Person): readonly string[] => told.get(id) ?? [],
    next: (someone: Person, ...expected: readonly string[]) =>
      vi.waitFor(() => expect(told.get(someone.id)).toEqual(expected), waitMs),
  };
};

describe('a gateway that is killed', () => {
  it('takes those with it who were there only, and nobody who has a device elsewhere', async () => {
    const [ana, bob, carla] = [
      await person(steadyDoor, 'ana'),
      await person(hitDoor, 'bob'),
      await person(hitDoor, 'carla'),
    ];
    await anotherDevice(bob, steadyDoor);
    const seen = await watch(ana, bob, carla);
    await hit.kill();
    await seen.next(carla, 'offline');
    // Both were looked at together.
    expect(seen.told(bob)).toEqual([]);
    expect(await seen.states()).toEqual(['online', 'offline']);
  });

  it('has its users back as soon as they come in elsewhere', async () => {
    const [ana, bob] = [await person(steadyDoor, 'ana'), await person(hitDoor, 'bob')];
    const seen = await watch(ana, bob);
    await hit.kill();
    await seen.next(bob, 'offline');
    const laptop = await anotherDevice(bob, steadyDoor);
    await seen.next(bob, 'offline', 'online');
    await laptop.close();
    await seen.next(bob, 'offline', 'online', 'offline');
  });
});

describe('a gateway that stands still', () => {
  it('has no users meanwhile, and those that it still has when it goes on', async () => {
    const [ana, bob] = [await person(steadyDoor, 'ana'), await person(hitDoor, 'bob')];
    const seen = await watch(ana, bob);
    hit.freeze();
    await seen.next(bob, 'offline');
    hit.thaw();
    await seen.next(bob, 'offline', 'online');
    // What it wrote anew ends as everything else does.
    await bob.client.close();
    await seen.next(bob, 'offline', 'online', 'offline');
  });

  it('takes nobody with it who has a device elsewhere, whichever of them ends first', async () => {
    const [ana, bob, carla] = [
      await person(steadyDoor, 'ana'),
      await person(hitDoor, 'bob'),
      await person(hitDoor, 'carla'),
    ];
    const laptop = await anotherDevice(bob, steadyDoor);
    const seen = await watch(ana, bob, carla);
    hit.freeze();
    await seen.next(carla, 'offline');
    expect(seen.told(bob)).toEqual([]);
    hit.thaw();
    await seen.next(carla, 'offline', 'online');
    await laptop.close();
    await carla.client.close();
    await seen.next(carla, 'offline', 'online', 'offline');
    // By now one without a device would be gone as well.
    expect(seen.told(bob)).toEqual([]);
    await bob.client.close();
    await seen.next(bob, 'offline');
  });

  it('forgets those who left it while it stood still', async () => {
    const [ana, bob, carla] = [
      await person(steadyDoor, 'ana'),
      await person(hitDoor, 'bob'),
      await person(hitDoor, 'carla'),
    ];
    const seen = await watch(ana, bob, carla);
    hit.freeze();
    await seen.next(carla, 'offline');
    const closing = bob.client.close();
    hit.thaw();
    await closing;
    await seen.next(carla, 'offline', 'online');
    await vi.waitFor(async () => expect(await seen.states()).toEqual(['offline', 'online']), waitMs);
  });

  it('tells its own watchers what they missed, who are there again themselves', async () => {
    const [ana, bob] = [await person(hitDoor, 'ana'), await person(steadyDoor, 'bob')];
    const [anas, bobs] = [await watch(ana, bob), await watch(bob, ana)];
    hit.freeze();
    await bobs.next(ana, 'offline');
    await bob.client.close();
    hit.thaw();
    await anas.next(bob, 'offline');
    await bob.client.connect();
    await anas.next(bob, 'offline', 'online');
    await vi.waitFor(async () => expect(await bobs.states()).toEqual(['online']), waitMs);
  });
});
