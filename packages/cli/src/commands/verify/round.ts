import { checkHistory, type Violation } from '@messox/client/checker';
import type { MessageEntry } from '@messox/protocol';
import { setTimeout as delay } from 'node:timers/promises';
import { readTimelines } from './final-timeline.ts';
import type { Device } from './people.ts';
import { Tape } from './tape.ts';
import { talk } from './talk.ts';

export interface RoundOptions {
  readonly url: string;
  readonly devices: readonly Device[];
  readonly ms: number;
  readonly signal: AbortSignal;
}

export interface Round {
  readonly tape: Tape;
  readonly violations: readonly Violation[];
  /** Sockets that were cut. */
  readonly cuts: number;
  /** Devices that did not come to rest: what keeps them is told by the violations, or is on its way still. */
  readonly restless: readonly string[];
}

const restMs = 30_000;

/** What the groups of the check are called, by which those of a run that was killed are found. */
const groupName = 'messox verify';

/** Takes one out of the groups of checks that had no other member, this one's and what one that was killed left. */
export const leaveGroups = async ({ account, client: { api } }: Device): Promise<number> => {
  const ids: number[] = [];
  for await (const { id, kind, name } of api.allChannels()) if (kind === 'group' && name === groupName) ids.push(id);
  let left = 0;
  for (const id of ids) {
    const members = await api.members(id, { limit: 2 });
    if (members.length > 1) continue;
    await api.removeMember(id, account.id);
    left += 1;
  }
  return left;
};

/** One group of everybody, and one of every two. Group and members are new in each round, so that timelines stay short. */
const openChannels = async (devices: readonly Device[]): Promise<Map<number, Device[]>> => {
  const channels = new Map<number, Device[]>();
  const ids = [...new Set(devices.map(({ account }) => account.id))];
  const open = async (userIds: readonly number[]): Promise<void> => {
    const owner = devices.find(({ account }) => account.id === userIds[0]);
    const channel = await owner?.client.api.createGroup(groupName, userIds.slice(1));
    if (channel)
      channels.set(
        channel.id,
        devices.filter(({ account }) => userIds.includes(account.id)),
      );
  };
  await open(ids);
  for (let index = 0; index + 1 < ids.length; index += 2) await open(ids.slice(index, index + 2));
  return channels;
};

/** Waits until nobody has anything unsent and everybody was handed everything. Returns who did not get there in time. */
const rest = async (channels: ReadonlyMap<number, readonly Device[]>, signal: AbortSignal): Promise<string[]> => {
  const end = performance.now() + restMs;
  for (;;) {
    const late = new Set<string>();
    for (const [channelId, members] of channels) {
      const head = (await members[0]?.client.api.channel(channelId))?.head ?? 0;
      for (const { client, line } of members)
        if (client.unsent().length > 0 || client.status !== 'live' || (line.positions.get(channelId) ?? 0) < head)
          late.add(line.name);
    }
    if (late.size === 0 || performance.now() > end || signal.aborted) return [...late];
    await delay(100);
  }
};

/** What the channels are in the end: by catch-up and by REST. */
const readEnd = async (url: string, channels: ReadonlyMap<number, readonly Device[]>, tape: Tape): Promise<void> => {
  for (const [channelId, [device]] of channels) {
    if (!device) continue;
    const { api } = device.client;
    const timelines = await readTimelines(url, device.token(), [channelId]);
    tape.add({ type: 'timeline', channelId, entries: timelines.get(channelId) ?? [] });
    const { head } = await api.channel(channelId);
    const messages: MessageEntry[] = [];
    for await (const message of api.messages(channelId, { pageSize: 100 })) messages.unshift(message);
    const members = await api.members(channelId, { limit: 100 });
    tape.add({ type: 'snapshot', channelId, head, messages, members });
  }
};

/** People talk for a while and lose their connections; then all that they were told is held against the promises. */
export const playRound = async ({ devices, ms, signal, url }: RoundOptions): Promise<Round> => {
  const tape = new Tape();
  for (const { line } of devices) line.tape = tape;
  try {
    await Promise.all(devices.map(({ client }) => client.connect()));
    const channels = await openChannels(devices);
    const cuts = await talk({ devices, channels, tape, ms, signal });
    const restless = await rest(channels, signal);
    if (signal.aborted) return { tape, violations: [], cuts, restless: [] };
    await readEnd(url, channels, tape);
    return { tape, violations: checkHistory(tape.records), cuts, restless };
  } finally {
    await Promise.all(devices.map(({ client }) => client.close()));
  }
};
