import { randomBytes } from 'node:crypto';
import { Device } from './device.ts';
import type { Dialogue, Turn } from './dialogues.ts';

interface Person {
  readonly id: number;
  readonly devices: readonly Device[];
}

/** A message as it has to be in the end. */
export interface Expected {
  readonly senderId: number;
  readonly text: string;
}

/** Two people with two devices each, who play dialogues in their direct channel. */
export class Pair {
  readonly people: readonly [Person, Person];
  readonly channelId: number;
  readonly expected: Expected[] = [];
  readonly #onStored: () => void;
  #scenes = 0;

  constructor(people: readonly [Person, Person], channelId: number, onStored: () => void) {
    this.people = people;
    this.channelId = channelId;
    this.#onStored = onStored;
  }

  get devices(): Device[] {
    return this.people.flatMap(({ devices }) => devices);
  }

  /**
   * Plays one scene. Every second one is played with one of the two away: the other says everything first, and the
   * one who comes back reads it and then answers.
   */
  async play({ turns }: Dialogue): Promise<void> {
    const [first] = turns;
    const personOf = ({ speaker }: Turn): Person => this.people[speaker === first?.speaker ? 0 : 1];
    const turn = this.#scenes++;
    if (turn % 2 === 0) {
      for (const it of turns) await this.#say(personOf(it), it.text);
      return;
    }
    const [absent, present] = turn % 4 === 1 ? this.people : [this.people[1], this.people[0]];
    await Promise.all(absent.devices.map(({ client }) => client.close()));
    for (const it of turns.filter((each) => personOf(each) === present)) await this.#say(present, it.text);
    await Promise.all(absent.devices.map(({ client }) => client.connect()));
    for (const it of turns.filter((each) => personOf(each) === absent)) await this.#say(absent, it.text);
  }

  async #say(person: Person, text: string): Promise<void> {
    const device = person.devices[this.expected.length % person.devices.length];
    if (!device) throw new Error('Somebody has no device');
    this.expected.push({ senderId: person.id, text });
    await device.client.send({ channelId: this.channelId, text }).stored;
    this.#onStored();
  }
}

const makePerson = async (url: string, username: string): Promise<Person> => {
  const password = randomBytes(12).toString('hex');
  const [phone, laptop] = [new Device(`${username}'s phone`, url), new Device(`${username}'s laptop`, url)];
  const { id } = await phone.client.register({ username, password });
  await laptop.client.login({ username, password });
  return { id, devices: [phone, laptop] };
};

/** Makes the accounts of a pair, opens their channel and brings all devices online. */
export const makePair = async (url: string, name: string, onStored: () => void): Promise<Pair> => {
  const people = [await makePerson(url, `ana-${name}`), await makePerson(url, `bruno-${name}`)] as const;
  const { id } = (await people[0].devices[0]?.client.api.openDirect(people[1].id)) ?? { id: 0 };
  const pair = new Pair(people, id, onStored);
  await Promise.all(pair.devices.map(({ client }) => client.connect()));
  return pair;
};
