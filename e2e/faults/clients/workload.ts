import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageEntry } from '@messox/protocol';
import type { Dice } from '../dice.ts';
import type { Device } from './device.ts';
import type { World } from './people.ts';
import { emojis, makeText } from './texts.ts';

export interface WorkloadOptions {
  readonly world: World;
  readonly dice: Dice;
  /** From one thing that a device does to the next, in milliseconds. */
  readonly paceMs: readonly [number, number];
}

type Sent = Pick<MessageEntry, 'channelId' | 'clientId' | 'text'>;

/** More sends without an answer than this, and a device does something else. */
const patience = 12;

/** People who chat, each device by its own dice, until they are told to stop. */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #stop = new AbortController();
  readonly #doing: Promise<void>[] = [];
  #marks = 0;

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  start(): void {
    // Everybody who waits listens to it.
    setMaxListeners(0, this.#stop.signal);
    const { dice, world } = this.#options;
    for (const device of world.devices)
      this.#doing.push(this.#live(device, dice.of(device.options.name.replace(/-\w+/, ''))));
    this.#doing.push(this.#keepDoor(dice.of('door')));
    this.#doing.push(this.#passOn(dice.of('relays')));
  }

  /** Resolves when everybody has finished what they were doing, sends without an answer aside. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#doing);
  }

  async #live(device: Device, dice: Dice): Promise<void> {
    const sent: Sent[] = [];
    while (await this.#pause(dice)) await this.#act(device, dice, sent);
  }

  async #act(device: Device, dice: Dice, sent: Sent[]): Promise<void> {
    const channels = [...device.known.keys()].filter((id) => this.#options.world.witnesses.has(id));
    if (channels.length === 0) return;
    const channelId = dice.pick(channels);
    const messages = [...(device.known.get(channelId)?.messages ?? [])];
    const own = messages.filter(([, { senderId }]) => senderId === device.userId);
    const roll = dice.between(1, 100);
    if (roll <= 60) this.#send(device, dice, channelId, sent);
    else if (roll <= 66 && sent.length > 0) await device.repeat(dice.pick(sent));
    else if (roll <= 72 && own.length > 0)
      await device.edit(channelId, dice.pick(own)[0], makeText(dice, `edit ${++this.#marks}`));
    else if (roll <= 75 && own.length > 0) await device.remove(channelId, dice.pick(own)[0]);
    else if (roll <= 83 && messages.length > 0)
      await device.react(channelId, dice.pick(messages)[0], dice.pick(emojis), dice.chance(0.7));
    else if (roll <= 92) await this.#readPage(device, dice, channelId);
    else if (roll <= 94) await this.#markRead(device, channelId);
    else if (roll <= 98) {
      await device.disconnect();
      await delay(dice.between(0, 1_500));
      await device.connect();
    } else await device.restart();
  }

  #send(device: Device, dice: Dice, channelId: number, sent: Sent[]): void {
    if (device.flying >= patience) return;
    const mark = `#${++this.#marks}`;
    for (let burst = dice.chance(0.1) ? dice.between(2, 8) : 1; burst > 0; burst -= 1) {
      const text = makeText(dice, `${mark}.${burst}`);
      const { clientId, stored } = device.send(channelId, text);
      void stored.then((seq) => {
        if (seq !== undefined && sent.push({ channelId, clientId, text }) > 30) sent.shift();
      });
    }
  }

  async #readPage(device: Device, dice: Dice, channelId: number): Promise<void> {
    const cursor = device.known.get(channelId)?.cursor ?? 0;
    const limit = dice.pick([1, 7, 50, 100]);
    const seq = dice.between(1, cursor + 5);
    await device.page(
      channelId,
      dice.pick([{ limit }, { limit, before: seq }, { limit, after: Math.max(0, seq - 1) }]),
    );
  }

  async #markRead(device: Device, channelId: number): Promise<void> {
    const cursor = device.known.get(channelId)?.cursor ?? 0;
    device.client.typing(channelId);
    if (cursor > 0) await device.client.markRead({ channelId, seq: cursor }).catch(() => undefined);
  }

  /** People are taken out of the door and in again, and some leave by themselves. */
  async #keepDoor(dice: Dice): Promise<void> {
    const { devices, door, doorkeeper, guests } = this.#options.world;
    while (await this.#pause(dice)) {
      const { userId } = dice.pick(guests);
      const own = devices.find((device) => device.userId === userId);
      const roll = dice.between(1, 10);
      if (roll <= 4) await doorkeeper.takeOut(door, userId);
      else if (roll <= 8) await doorkeeper.takeIn(door, userId);
      else if (roll === 9) await own?.takeOut(door, userId);
      else await doorkeeper.rename(door, makeText(dice, `door ${++this.#marks}`).slice(0, 30).toWellFormed());
      // Devices are to see something of it before the next.
      await delay(dice.between(0, 400));
    }
  }

  /** Owners leave their groups, and so do those who inherit them, until a group is the witness's; some are taken in again. */
  async #passOn(dice: Dice): Promise<void> {
    const { devices, guests, relays, witnesses } = this.#options.world;
    const of = (userId: number | undefined): Device | undefined => devices.find((device) => device.userId === userId);
    while (await this.#pause(dice)) {
      const channelId = dice.pick(relays);
      const witness = of(witnesses.get(channelId)?.userId);
      // Who inherits is the server's choice.
      const members = await witness?.client.api.members(channelId, { limit: 100 }).catch(() => undefined);
      const owner = of(members?.find(({ role }) => role === 'owner')?.id);
      if (!owner || owner.userId === witness?.userId) continue;
      if (dice.chance(0.3)) await owner.takeIn(channelId, dice.pick(guests).userId);
      else await owner.takeOut(channelId, owner.userId);
      await delay(dice.between(0, 1_000));
    }
  }

  #pause(dice: Dice): Promise<boolean> {
    return this.#wait(dice.between(...this.#options.paceMs));
  }

  /** False when it is over. */
  async #wait(ms: number): Promise<boolean> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    return !this.#stop.signal.aborted;
  }
}
