import { Fault, type Sql, type Transaction } from '../../kernel/module.ts';

/**
 * Both sides are answered alike: nobody is told who of the two blocks the other. To be sure until the end of a
 * transaction, the channels of kind `self` of the others are locked.
 *
 * @throws Fault forbidden naming those who block the user or whom the user blocks
 */
export const refuseBlocked = async (
  sql: Sql | Transaction,
  userId: number,
  otherIds: readonly number[],
): Promise<void> => {
  const rows = await sql<{ id: number }[]>`
    select o.id from unnest(${otherIds as number[]}::bigint[]) as o (id)
    where exists (select from blocks b where b.user_id = ${userId} and b.blocked_id = o.id)
      or exists (select from blocks b where b.user_id = o.id and b.blocked_id = ${userId})
    order by o.id`;
  if (rows.length > 0) throw new Fault('forbidden', { userIds: rows.map(({ id }) => id) });
};
