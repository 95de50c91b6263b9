import { randomBytes } from 'node:crypto';
import { createClient } from '@messox/client';
import type { Cluster } from '../cluster/cluster.ts';
import type { Dice } from '../dice.ts';
import type { Recorder } from '../history/recorder.ts';
import { type Account, Device } from './device.ts';

export interface World {
  readonly devices: readonly Device[];
  /** Everybody's group, which nobody leaves. */
  readonly square: number;
  /** A group that people come to and go from. */
  readonly door: number;
  /** Who governs the door. */
  readonly doorkeeper: Device;
  /** Everybody else's accounts. */
  readonly guests: readonly Account[];
  /** Groups that their owners leave, one after the other. */
  readonly relays: readonly number[];
  /** Channel ids with somebody who is in there to the end. */
  readonly witnesses: ReadonlyMap<number, Account>;
}

export interface WorldOptions {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly dice: Dice;
  readonly people: number;
  readonly devicesEach: number;
}

const names = ['ana', 'bruno', 'carla', 'davi', 'eva', 'fábio', 'gal', 'hugo', 'iara', 'joão'];

const register = async (cluster: Cluster, dice: Dice, name: string): Promise<Account> => {
  const client = createClient({ url: cluster.apiUrl(dice) });
  const account = { username: `${name}-${randomBytes(4).toString('hex')}`, password: randomBytes(12).toString('hex') };
  const { id } = await client.register(account);
  return { ...account, userId: id };
};

/** Makes a channel, and records who is taken in by that. */
const found = async (
  founder: Device,
  members: readonly Account[],
  make: () => Promise<{ readonly id: number }>,
): Promise<number> => {
  const { recorder } = founder.options;
  const { id: channelId } = await make();
  for (const { userId } of members) {
    const call = recorder.nextCall();
    const role = userId === founder.userId ? 'owner' : 'member';
    recorder.add({
      type: 'invoke',
      call,
      entry: { channelId, kind: 'member.joined', senderId: founder.userId, userId, role },
    });
    recorder.add({ type: 'ok', call });
  }
  return channelId;
};

/** People with several devices each, groups, and direct channels of neighbours; all online. */
export const makeWorld = async ({ cluster, devicesEach, dice, people, recorder }: WorldOptions): Promise<World> => {
  const accounts = await Promise.all(names.slice(0, people).map((name) => register(cluster, dice, name)));
  const devices = accounts.flatMap((account) =>
    Array.from({ length: devicesEach }, (_, index) => {
      const name = `${account.username} ${index + 1}`;
      return new Device({ name, account, cluster, recorder, dice: dice.of(name), sendWindow: index % 2 === 0 ? 1 : 8 });
    }),
  );
  const of = ({ userId }: Account): Device => {
    const device = devices.find((it) => it.userId === userId);
    if (!device) throw new Error('Somebody has no device');
    return device;
  };
  const [ana, bruno] = accounts;
  if (!ana || !bruno) throw new Error('It takes two');
  await Promise.all(devices.map((device) => device.connect()));
  const witnesses = new Map<number, Account>();
  const group = async (owner: Account, name: string, witness = owner): Promise<number> => {
    const others = accounts.filter((it) => it !== owner);
    const device = of(owner);
    const id = await found(device, accounts, () =>
      device.client.api.createGroup(
        name,
        others.map(({ userId }) => userId),
      ),
    );
    witnesses.set(id, witness);
    return id;
  };
  const square = await group(ana, 'square');
  const door = await group(bruno, 'door');
  // Who came first inherits first, and of those who came together the one with the smallest id: the last of all stays.
  const inLine = accounts.toSorted((a, b) => a.userId - b.userId);
  const relays: number[] = [];
  for (const [index, owner] of inLine.slice(0, -1).slice(0, 2).entries())
    relays.push(await group(owner, `relay ${index + 1}`, inLine.at(-1) ?? owner));
  for (const [index, account] of accounts.entries()) {
    const next = accounts[index + 1];
    if (next)
      witnesses.set(
        await found(of(account), [account, next], () => of(account).client.api.openDirect(next.userId)),
        account,
      );
  }
  return {
    devices,
    square,
    door,
    doorkeeper: of(bruno),
    guests: accounts.filter((it) => it !== bruno),
    relays,
    witnesses,
  };
};
