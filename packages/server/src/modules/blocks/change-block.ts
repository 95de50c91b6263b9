import { defineNews, Fault, type Host, letWrite, type Transaction } from '../../kernel/module.ts';

export interface BlockChange {
  /** Who blocks, or no longer does. */
  readonly userId: number;
  readonly otherId: number;
  readonly isBlocked: boolean;
}

export interface ChangedBlock extends BlockChange {
  /** The direct channel of the two. */
  readonly channelId: number | undefined;
  /** Whether the two may write to each other now. */
  readonly mayWrite: boolean;
}

/** Somebody blocked another, or no longer does; told in the process that did it. */
export const blocksChanged = defineNews<ChangedBlock>('blocks.changed');

interface PairChannels {
  readonly own: number | undefined;
  readonly other: number | undefined;
  readonly direct: number | undefined;
}

/** The channels of kind `self` of the two, and their direct one. */
const readChannels = async (sql: Transaction, userId: number, otherId: number): Promise<PairChannels> => {
  const rows = await sql<{ id: number; low: number; high: number }[]>`
    select id, low_user_id as low, high_user_id as high from channels
    where (low_user_id, high_user_id) in (
      (${userId}::bigint, ${userId}::bigint), (${otherId}::bigint, ${otherId}::bigint),
      (least(${userId}::bigint, ${otherId}::bigint), greatest(${userId}::bigint, ${otherId}::bigint))
    )`;
  const find = (low: number, high: number) => rows.find((row) => row.low === low && row.high === high)?.id;
  return {
    own: find(userId, userId),
    other: find(otherId, otherId),
    direct: find(Math.min(userId, otherId), Math.max(userId, otherId)),
  };
};

const isThere = async (sql: Transaction, userId: number, otherId: number): Promise<boolean> => {
  const rows = await sql`select from blocks where user_id = ${userId} and blocked_id = ${otherId}`;
  return rows.length > 0;
};

const checkRoom = async (sql: Transaction, userId: number, blocksPerUser: number): Promise<void> => {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from blocks where user_id = ${userId}`;
  if ((row?.n ?? 0) >= blocksPerUser) throw new Fault('too_many_blocks', { blocksPerUser });
};

/**
 * Blocks a user or no longer does, as an entry of the user's own timeline; undefined where it was so already. Whoever
 * opens a direct channel or adds to a group holds the same channels of kind `self`, so neither overtakes the other.
 *
 * @throws Fault invalid_request (oneself), user_not_found, too_many_blocks
 */
export const changeBlock = (
  { limits, timeline }: Pick<Host, 'timeline' | 'limits'>,
  { isBlocked, otherId, userId }: BlockChange,
): Promise<ChangedBlock | undefined> => {
  if (isBlocked && userId === otherId)
    throw new Fault('invalid_request', { fields: [{ path: 'userId', problem: 'This is yourself.' }] });
  return timeline.change(async ({ lock, record, sql }) => {
    // What is so already locks nobody's channels.
    if ((await isThere(sql, userId, otherId)) === isBlocked) return undefined;
    const before = await readChannels(sql, userId, otherId);
    await lock([before.own, before.other, before.direct].filter((id) => id !== undefined));
    const { direct, other, own } = await readChannels(sql, userId, otherId);
    if (own === undefined) throw new Fault('unauthenticated');
    if (other === undefined) throw new Fault('user_not_found');
    // Opened meanwhile: its id comes after those of the two, so this is the order of ids still.
    if (direct !== undefined && direct !== before.direct) await lock([direct]);
    if ((await isThere(sql, userId, otherId)) === isBlocked) return undefined;
    if (isBlocked) {
      await checkRoom(sql, userId, limits.blocksPerUser);
      await sql`insert into blocks (user_id, blocked_id) values (${userId}, ${otherId})`;
    } else await sql`delete from blocks where user_id = ${userId} and blocked_id = ${otherId}`;
    const mayWrite = !isBlocked && !(await isThere(sql, otherId, userId));
    if (direct !== undefined) await letWrite(sql, direct, mayWrite);
    const kind = isBlocked ? 'user.blocked' : 'user.unblocked';
    await record({ channelId: own, kind, senderId: userId, body: { userId: otherId } });
    return { userId, otherId, isBlocked, channelId: direct, mayWrite };
  });
};
