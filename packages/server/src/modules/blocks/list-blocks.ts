import type { Block } from '@messox/protocol';
import { Fault, type Sql } from '../../kernel/module.ts';

/** Where a page ended: when its last user was blocked (Unix ms), and their id. */
const cursorShape = /^(\d{1,16})\.(\d{1,16})$/;

interface BlockRow {
  id: number;
  username: string;
  display_name: string;
  blocked_at: Date;
}

/** Whom a user blocks, the newest first. @throws Fault invalid_request for a cursor that is none */
export const listBlocks = async (
  sql: Sql,
  userId: number,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ blocks: Block[]; next?: string }> => {
  const [, at, id] = after === undefined ? [] : (cursorShape.exec(after) ?? []);
  if (after !== undefined && (id === undefined || Number(at) > 8.64e15))
    throw new Fault('invalid_request', { fields: [{ path: 'after', problem: 'Not the `next` of a page.' }] });
  const before = at === undefined ? null : new Date(Number(at)).toISOString();
  const rows = await sql<BlockRow[]>`
    select u.id, u.username, u.display_name, b.blocked_at
    from blocks b join users u on u.id = b.blocked_id
    where b.user_id = ${userId}
      and (${before}::timestamptz is null or (b.blocked_at, b.blocked_id) < (${before}::timestamptz, ${id ?? null}::bigint))
    order by b.blocked_at desc, b.blocked_id desc
    limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    blocks: page.map(({ blocked_at, display_name, id: blockedId, username }) => ({
      user: { id: blockedId, username, displayName: display_name },
      blockedAt: blocked_at.toISOString(),
    })),
    ...(rows.length > limit && last ? { next: `${last.blocked_at.getTime()}.${last.id}` } : {}),
  };
};
