import type { OwnUser, Sharing } from '@messox/protocol';
import { defineNews, Fault, type Host } from '../../kernel/module.ts';
import { checkedDisplayName, findUser, ownUserOf, type UserRow } from './users.ts';

/** The account of a token whose user may have been removed since. @throws Fault `unauthenticated` */
export const readProfile = async ({ sql }: Pick<Host, 'sql'>, userId: number): Promise<OwnUser> => {
  const row = await findUser(sql, userId);
  if (!row) throw new Fault('unauthenticated');
  return ownUserOf(row);
};

/** Somebody changed who may see their presence; told in the process that did it. */
export const sharingChanged = defineNews<{ readonly userId: number }>('accounts.sharingChanged');

export interface ProfileChanges {
  readonly displayName?: string | undefined;
  readonly bio?: string | undefined;
  readonly presence?: Sharing | undefined;
}

/** Changes what is named, and tells the user's own devices by an entry in the channel of kind `self`. */
export const updateProfile = (
  { timeline }: Pick<Host, 'timeline'>,
  userId: number,
  { bio, displayName, presence }: ProfileChanges,
): Promise<OwnUser> =>
  timeline.change(async ({ lock, record, sql }) => {
    const [self] = await sql<
      { id: number }[]
    >`select id from channels where low_user_id = ${userId} and high_user_id = ${userId}`;
    if (!self) throw new Fault('unauthenticated');
    await lock([self.id]);
    const name = displayName === undefined ? null : checkedDisplayName(displayName);
    const [row] = await sql<UserRow[]>`
      update users set
        display_name = case when ${name}::text is null then display_name when ${name}::text = '' then username else ${name}::text end,
        bio = coalesce(${bio ?? null}, bio),
        presence = coalesce(${presence ?? null}, presence)
      where id = ${userId} returning *`;
    if (!row) throw new Fault('unauthenticated');
    const body = { displayName: row.display_name, bio: row.bio, avatarId: row.avatar_id, presence: row.presence };
    await record({ channelId: self.id, kind: 'account.changed', senderId: userId, body });
    return ownUserOf(row);
  });
