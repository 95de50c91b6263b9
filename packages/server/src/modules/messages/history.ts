import type { MessageEntry } from '@messox/protocol';
import { Fault, messageEntryOf, readPage, type Sql } from '../../kernel/module.ts';

/** A page of a channel's messages with the channel's head. @throws Fault channel_not_found */
export const readHistory = async (
  sql: Sql,
  userId: number,
  channelId: number,
  { after, before, limit }: { before?: number | undefined; after?: number | undefined; limit: number },
): Promise<{ messages: MessageEntry[]; head: number }> => {
  const [channel] = await sql<{ head: number }[]>`
    select c.head from members m join channels c on c.id = m.channel_id
    where m.channel_id = ${channelId} and m.user_id = ${userId}`;
  if (!channel) throw new Fault('channel_not_found');
  const page = {
    channelId,
    limit,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
  const rows = await readPage(sql, page);
  return { messages: rows.map(messageEntryOf), head: channel.head };
};
