import type { Channel } from '@messox/protocol';
import { Fault, type Host } from '../../kernel/module.ts';
import { describeChannels } from './describe.ts';

/** Where a page ended: the time of the last activity (Unix ms) and the id of its last channel. */
const cursorShape = /^(\d{1,16})\.(\d{1,16})$/;

/** The channels of a user, newest activity first. @throws Fault invalid_request for a cursor that is none */
export const listChannels = async (
  host: Pick<Host, 'sql' | 'limits'>,
  userId: number,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ channels: Channel[]; next?: string }> => {
  const [, activeAt, id] = after === undefined ? [] : (cursorShape.exec(after) ?? []);
  if (after !== undefined && id === undefined)
    throw new Fault('invalid_request', { fields: [{ path: 'after', problem: 'Not the `next` of a page.' }] });
  const rows = await host.sql<{ id: number; active: string }[]>`
    select c.id, a.active::text as active
    from members m
    join channels c on c.id = m.channel_id
    cross join lateral (select (extract(epoch from c.active_at) * 1000)::bigint as active) a
    where m.user_id = ${userId}
      and (${activeAt ?? null}::bigint is null or (a.active, c.id) < (${activeAt ?? null}::bigint, ${id ?? null}::bigint))
    order by a.active desc, c.id desc
    limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const channels = await describeChannels(
    host,
    userId,
    page.map((row) => row.id),
  );
  const last = page.at(-1);
  return {
    channels: [...channels.values()],
    ...(rows.length > limit && last ? { next: `${last.active}.${last.id}` } : {}),
  };
};
