import type { Channel, Limits } from '@messox/protocol';
import type { Sql } from '../database/pool.ts';
import { gather } from '../gather.ts';
import type { Describe } from '../module.ts';
import { type Membership, type Range, readMemberships, readRanges } from '../timeline/read.ts';
import type { Entry } from './feed.ts';
import { Gate } from './gate.ts';

/** What catch-up reads from the database. Sessions that come back together share their reads. */
export interface CatchUpReads {
  /** Every channel of this user with its head. */
  readonly memberships: (userId: number) => Promise<readonly Membership[]>;
  /** The entries of these ranges, in their order. */
  readonly entries: (ranges: readonly Range[]) => Promise<readonly Entry[]>;
  /** The channels as this user sees them. */
  readonly channels: (userId: number, channelIds: readonly number[]) => Promise<ReadonlyMap<number, Channel>>;
}

export interface CatchUpReadsOptions {
  readonly sql: Sql;
  readonly limits: Pick<Limits, 'catchUpBatch' | 'catchUpParallel'>;
  readonly describe: Describe;
}

/** Users whose memberships are read at once: each may be a member of `channelsPerUser` channels. */
const usersAtOnce = 64;

const keyOf = ({ after, channelId, upTo }: Range): string => `${channelId} ${after} ${upTo}`;

/** A group's members who missed the same entries: each range is read once, and its frames are made once. */
const readOnce = async (sql: Sql, asked: readonly (readonly Range[])[]): Promise<Entry[][]> => {
  const ranges = new Map(asked.flat().map((range) => [keyOf(range), range]));
  const read = await readRanges(sql, [...ranges.values()]);
  const entries = new Map([...ranges.keys()].map((key, index) => [key, read[index] ?? []]));
  return asked.map((those) => those.flatMap((range) => entries.get(keyOf(range)) ?? []));
};

export const catchUpReads = ({ describe, limits, sql }: CatchUpReadsOptions): CatchUpReads => {
  const parallel = limits.catchUpParallel;
  const gate = new Gate(parallel);
  return {
    // One at a time: what costs is the statement, not the users in it, and the next takes all who came meanwhile and soon after.
    memberships: gather((userIds) => readMemberships(sql, userIds), { parallel: 1, weight: usersAtOnce, spacingMs: 5 }),
    entries: gather((asked) => readOnce(sql, asked), {
      parallel,
      weight: limits.catchUpBatch,
      weigh: (ranges) => ranges.reduce((sum, { after, upTo }) => sum + upTo - after, 0),
    }),
    channels: (userId, channelIds) => gate.through(() => describe.channels(userId, channelIds)),
  };
};
