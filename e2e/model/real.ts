import { applyEntry, type ChannelState, channelState } from '@messox/client';
import type { Block, Channel, MessageEntry, OwnUser, Role, TimelineEntry } from '@messox/protocol';
import type { TestServer, TestUser } from '@messox/server/testing';
import { expect } from 'vitest';
import type { AccountState } from './account.ts';
import { head, inOneOrder, messagesOf, type ModelChannel, newChannel } from './channel.ts';
import { Device, expectSameChannel } from './device.ts';
import type { World } from './world.ts';

/** A user with devices. */
export interface Person extends TestUser {
  readonly devices: readonly Device[];
}

export interface RealOptions {
  readonly server: TestServer;
  readonly world: World;
  readonly onKind: (kind: TimelineEntry['kind']) => void;
  readonly nudge: () => void;
  /** Whether every device is up to date after every step, or at the end only. */
  readonly inStep: boolean;
}

const api = '/api/v1';
const pageMax = 100;

/** The server under test and the people on it. */
export class Real {
  readonly people: readonly Person[];
  readonly #options: RealOptions;
  /** Snapshots that were taken on the way, to be carried on by the entries after them. */
  readonly #snapshots: { userId: number; state: ChannelState }[] = [];
  readonly #accounts: { userId: number; state: AccountState }[] = [];

  private constructor(options: RealOptions, people: readonly Person[]) {
    this.#options = options;
    this.people = people;
  }

  /** New people, each with two devices that are offline. */
  static async open(options: RealOptions, count: number): Promise<Real> {
    const { nudge, onKind, server, world } = options;
    const users = await Promise.all(Array.from({ length: count }, () => server.user()));
    users.sort((a, b) => a.id - b.id);
    const people: Person[] = [];
    for (const user of users) {
      const { channels } = (await user.call('GET', `${api}/channels`)).body as { channels: Channel[] };
      world.addUser(user.id, user.username, channels[0]?.id ?? NaN);
      const device = { url: server.url, token: user.accessToken, userId: user.id, world, onKind, nudge };
      people.push({ ...user, devices: [new Device(device), new Device(device)] });
    }
    return new Real(options, people);
  }

  get inStep(): boolean {
    return this.#options.inStep;
  }

  person(pick: number): Person {
    const person = this.people[pick % this.people.length];
    if (!person) throw new Error('There is nobody');
    return person;
  }

  /** A group and a direct channel to begin with: a world of nobody's channels is a dull one. */
  async found(): Promise<void> {
    const { world } = this.#options;
    const [ana, bruno, carla] = [this.person(0), this.person(1), this.person(2)];
    const group = { kind: 'group', name: 'Horta', memberIds: [bruno.id, carla.id] };
    const { id } = (await this.call(ana, 'POST', '/channels', group)) as Channel;
    world.addChannel(newChannel(id, 'group', group.name), ana.id, [ana.id, ...group.memberIds]);
    const direct = (await this.call(bruno, 'POST', '/channels', { kind: 'direct', userId: ana.id })) as Channel;
    world.addChannel(newChannel(direct.id, 'direct'), bruno.id, [bruno.id, ana.id]);
    await this.learn();
    await Promise.all(this.people.map(async ({ devices }) => devices[0]?.connect({ cursors: new Map() })));
  }

  /** Calls the API; the answer's body, or the code of the refusal. */
  async call(person: Person, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await person.call(method, `${api}${path}`, body);
    return answer.status < 300 ? answer.body : { fault: (answer.body as { code: string }).code };
  }

  /** Asks by one of the person's sockets; makes one for this when all are offline. */
  async ask(person: Person, op: string, data: object): Promise<unknown> {
    const online = person.devices.find(({ isOnline }) => isOnline);
    if (online) return online.ask(op, data);
    const socket = await person.socket();
    await socket.hello({ token: person.accessToken });
    const reply = await socket.request(op, data);
    await socket.close();
    return reply.ok ? reply.data : { fault: reply.error?.code };
  }

  /** After a step: the model learns from the server when its entries were, and every device is handed them. */
  async settle({ always = false } = {}): Promise<void> {
    await this.learn();
    if (!always && !this.inStep) return;
    await Promise.all(this.#devices().map((device) => device.settle()));
  }

  async takeSnapshot(person: Person, channel: ModelChannel): Promise<void> {
    this.#snapshots.push({ userId: person.id, state: await this.snapshot(person, channel) });
    this.#accounts.push({ userId: person.id, state: await this.accountSnapshot(person) });
  }

  /** A channel as REST tells it to a member, which is as the model has it. */
  async snapshot(person: Person, channel: ModelChannel): Promise<ChannelState> {
    const path = `/channels/${channel.id}`;
    const { members } = (await this.call(person, 'GET', `${path}/members?limit=${pageMax}`)) as {
      members: { id: number; role: Role }[];
    };
    const roles = members.map(({ id, role }): [number, Role] => [id, role]);
    expect(new Map(roles)).toEqual(channel.members);
    const told = (await this.call(person, 'GET', path)) as Channel;
    const messages = messagesOf(channel).map(inOneOrder);
    expect(told).toMatchObject({
      id: channel.id,
      kind: channel.kind,
      memberCount: channel.members.size,
      head: head(channel),
    });
    expect([told.name, told.lastMessage && inOneOrder(told.lastMessage)]).toEqual([channel.name, messages.at(-1)]);
    const pages: MessageEntry[][] = [];
    for (let before: number | undefined; ;) {
      const query = before === undefined ? '' : `&before=${before}`;
      const page = await this.call(person, 'GET', `${path}/messages?limit=${pageMax}${query}`);
      const { messages: those } = page as { messages: MessageEntry[] };
      pages.unshift(those);
      before = those[0]?.seq;
      if (before === undefined || those.length < pageMax) break;
    }
    expect(pages.flat().map(inOneOrder)).toEqual(messages);
    return channelState({ channelId: channel.id, head: told.head, name: told.name, members, messages: pages.flat() });
  }

  async accountSnapshot(person: Person): Promise<AccountState> {
    const { world } = this.#options;
    const me = (await this.call(person, 'GET', '/users/me')) as OwnUser;
    const { channels } = (await this.call(person, 'GET', `/channels?limit=${pageMax}`)) as { channels: Channel[] };
    const { blocks } = (await this.call(person, 'GET', `/blocks?limit=${pageMax}`)) as { blocks: Block[] };
    const { bio, displayName, presence, selfId } = world.account(person.id);
    const ids = (those: readonly { id: number }[]): number[] => those.map(({ id }) => id).sort((a, b) => a - b);
    const own = { displayName: me.displayName, bio: me.bio, presence: me.presence };
    const blockedIds = ids(blocks.map(({ user }) => user));
    expect({ ...own, blockedIds, ids: ids(channels) }).toEqual({
      displayName,
      bio,
      presence,
      blockedIds: world.blockedBy(person.id).sort((a, b) => a - b),
      ids: ids(world.channelsOf(person.id)),
    });
    const channelIds = ids(channels).filter((id) => id !== selfId);
    return { seq: head(world.channel(selfId)), ...own, channelIds, blockedIds };
  }

  /** How far the server says that somebody has read; it may take a moment to say so. */
  async expectRead(person: Person, channel: ModelChannel): Promise<void> {
    const wanted = channel.readSeqs.get(person.id) ?? 0;
    await expect
      .poll(async () => ((await this.call(person, 'GET', `/channels/${channel.id}`)) as Channel).readSeq)
      .toBe(wanted);
  }

  /** Everything that anybody holds, carried on by entries, is the same as a fresh snapshot. */
  async finish(): Promise<void> {
    const { world } = this.#options;
    await this.settle({ always: true });
    // Whatever came once too often has come by the time of a reply.
    for (const device of this.#devices()) expect(await device.ask('ping', {})).not.toHaveProperty('heads');
    await this.settle({ always: true });
    for (const person of this.people) {
      const channels = world.channelsOf(person.id);
      const fresh = new Map<number, ChannelState>();
      for (const channel of channels) {
        fresh.set(channel.id, await this.snapshot(person, channel));
        await this.expectRead(person, channel);
      }
      const account = await this.accountSnapshot(person);
      for (const device of person.devices) if (device.isOnline) device.compare(fresh, account);
      await this.#carryOn(person, fresh, account);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#devices().map((device) => device.disconnect()));
  }

  /** Each snapshot of the way with the entries after it, as they were when they happened and as a device catches them up. */
  async #carryOn(person: Person, fresh: ReadonlyMap<number, ChannelState>, account: AccountState): Promise<void> {
    const { nudge, onKind, server, world } = this.#options;
    const own = { url: server.url, token: person.accessToken, userId: person.id, world, onKind, nudge };
    for (const { state } of this.#snapshots.filter(({ userId }) => userId === person.id)) {
      const now = fresh.get(state.channelId);
      if (!now) continue;
      const { log } = world.channel(state.channelId);
      expectSameChannel(log.reduce(applyEntry, state), now);
      const device = new Device(own);
      device.hold(state);
      await device.connect({ cursors: new Map([[state.channelId, state.seq]]) });
      await device.settle();
      device.compare(fresh, account);
      await device.disconnect();
    }
    for (const { state } of this.#accounts.filter(({ userId }) => userId === person.id)) {
      const { selfId } = world.account(person.id);
      const device = new Device(own);
      device.holdAccount(state);
      await device.connect({ cursors: new Map([[selfId, state.seq]]) });
      await device.settle();
      device.compare(fresh, account);
      await device.disconnect();
    }
  }

  /** Messages are answered with their time, other entries are not. */
  async learn(): Promise<void> {
    const { server, world } = this.#options;
    for (const { id, log } of world.channels.values()) {
      const unknown = log.filter(({ sentAt }) => sentAt === '');
      if (unknown.length === 0) continue;
      const rows = await server.sql<{ seq: string; sent_at: Date }[]>`
        select seq, sent_at from channel_events where channel_id = ${id} and seq >= ${unknown[0]?.seq ?? 0}`;
      const times = new Map(rows.map(({ seq, sent_at }) => [Number(seq), sent_at.toISOString()]));
      for (const entry of unknown) entry.sentAt = times.get(entry.seq) ?? 'never';
    }
  }

  #devices(): Device[] {
    return this.people.flatMap(({ devices }) => devices.filter(({ isOnline }) => isOnline));
  }
}
