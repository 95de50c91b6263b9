import type { Sql } from '@messox/server';

/** Accounts with their channels of kind `self`, as registering makes them but for the password. */
export const seedUsers = async (sql: Sql, count: number): Promise<number[]> => {
  const users = await sql<{ id: number }[]>`
    insert into users (username, username_key, username_skeleton, username_scripts, display_name, password_hash)
    select name, name, name, 'Latn', name, 'none'
    from (select 'user-' || (n + (select count(*) from users)) as name from generate_series(1, ${count}) as n) as names
    returning id`;
  const ids = users.map(({ id }) => id).sort((a, b) => a - b);
  await sql`
    with made as (
      insert into channels (kind, low_user_id, high_user_id, member_count)
      select 'self', id, id, 1 from unnest(${ids}::bigint[]) as id
      returning id, low_user_id
    )
    insert into members (channel_id, user_id, role) select id, low_user_id, 'owner' from made`;
  return ids;
};

/** A direct channel for each two of these users; returns the channels in their order. */
export const seedPairs = async (sql: Sql, userIds: readonly number[]): Promise<number[]> => {
  const [low, high] = [userIds.filter((_, index) => index % 2 === 0), userIds.filter((_, index) => index % 2 === 1)];
  const rows = await sql<{ id: number; low_user_id: number }[]>`
    with made as (
      insert into channels (kind, low_user_id, high_user_id, member_count)
      select 'direct', low, high, 2 from unnest(${low}::bigint[], ${high}::bigint[]) as pair (low, high)
      returning id, low_user_id, high_user_id
    ), joined as (
      insert into members (channel_id, user_id)
      select id, low_user_id from made union all select id, high_user_id from made
    )
    select id, low_user_id from made order by low_user_id`;
  return rows.map(({ id }) => id);
};

export const seedGroup = async (sql: Sql, userIds: readonly number[]): Promise<number> => {
  const [group] = await sql<{ id: number }[]>`
    with made as (
      insert into channels (kind, name, member_count) values ('group', 'everybody', ${userIds.length}) returning id
    ), joined as (
      insert into members (channel_id, user_id) select id, u from made, unnest(${userIds as number[]}::bigint[]) as u
    )
    select id from made`;
  if (!group) throw new Error('The group was not made');
  return group.id;
};

/** As many messages in each of these channels, by their members in turn, as if they had been sent one after the other. */
export const seedMessages = async (
  sql: Sql,
  channelIds: readonly number[],
  each: number,
  text: string,
): Promise<void> => {
  await sql.begin(async (transaction) => {
    // The server's statements are bounded in time; this one may write millions of rows.
    await transaction`set local statement_timeout = 0`;
    await transaction`
      insert into messages (channel_id, seq, sender_id, client_id, sent_at, text)
      select c.id, c.head + n, (select min(user_id) from members where channel_id = c.id), gen_random_uuid(), clock_timestamp(), ${text}
      from channels c, generate_series(1, ${each}) as n where c.id = any (${channelIds as number[]}::bigint[])`;
    await transaction`update channels set head = head + ${each} where id = any (${channelIds as number[]}::bigint[])`;
  });
  await sql`analyze`;
};
