import type { OwnUser, Sharing, User } from '@messox/protocol';
import { codeOf, createChannel, Fault, joinChannel, type Sql } from '../../kernel/module.ts';
import { isReserved, verifyPrefix } from './reserved-names.ts';
import { checkDisplayName, checkUsername, foldName, usernameKey } from './username/index.ts';

export interface UserRow {
  id: number;
  username: string;
  display_name: string;
  bio: string;
  avatar_id: string | null;
  presence: Sharing;
  password_hash: string;
  admin: boolean;
  disabled_at: Date | null;
  created_at: Date;
}

const userOf = (row: Pick<UserRow, 'id' | 'username' | 'display_name'>): User => ({
  id: row.id,
  username: row.username,
  displayName: row.display_name,
});

export const ownUserOf = (row: UserRow): OwnUser => ({
  ...userOf(row),
  bio: row.bio,
  avatarId: row.avatar_id,
  presence: row.presence,
  createdAt: row.created_at.toISOString(),
});

export const findUser = async (sql: Sql, userId: number): Promise<UserRow | undefined> => {
  const [row] = await sql<UserRow[]>`select * from users where id = ${userId}`;
  return row;
};

/** The same for many, in their order. */
export const findUsers = async (sql: Sql, userIds: readonly number[]): Promise<(UserRow | undefined)[]> => {
  const rows = await sql<UserRow[]>`select * from users where id = any (${userIds as number[]}::bigint[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return userIds.map((userId) => byId.get(userId));
};

/** By any spelling of the name. */
export const findUserByName = async (sql: Sql, username: string): Promise<UserRow | undefined> => {
  const key = usernameKey(username);
  if (key === undefined) return undefined;
  const [row] = await sql<UserRow[]>`select * from users where username_key = ${key}`;
  return row;
};

const invalidField = (path: string, problem: string): Fault =>
  new Fault('invalid_request', { fields: [{ path, problem }] });

/** An empty one stands for the username. @throws Fault `invalid_request` */
export const checkedDisplayName = (displayName: string): string => {
  if (displayName === '') return displayName;
  const checked = checkDisplayName(displayName);
  if (!checked.ok) throw invalidField('displayName', checked.reason);
  return displayName;
};

export interface NewUser {
  readonly username: string;
  readonly displayName?: string | undefined;
  readonly passwordHash: string;
  readonly admin?: boolean;
  /** One of the names that are kept for the server's own use. */
  readonly reserved?: boolean;
}

/** What is wrong with a new name is known before its password is hashed. @throws Fault invalid_request, username_confusable */
export const checkedUsername = (username: string, { reserved = false } = {}) => {
  const name = checkUsername(username);
  if (name.ok && isReserved(name.key) && !reserved)
    throw invalidField('username', `Names that begin with ${verifyPrefix} are kept for messox verify.`);
  if (name.ok) return name;
  if (name.code === 'username_confusable') throw new Fault('username_confusable', { reason: name.reason });
  throw invalidField('username', name.reason);
};

/**
 * Makes an account with its channel of kind `self`.
 *
 * @throws Fault invalid_request, username_taken, username_confusable
 */
export const insertUser = async (
  sql: Sql,
  { admin = false, displayName, passwordHash, reserved = false, username }: NewUser,
): Promise<UserRow> => {
  const name = checkedUsername(username, { reserved });
  const shown = checkedDisplayName(displayName ?? '') || name.username;
  try {
    return await sql.begin(async (transaction) => {
      // Names that look alike are registered one after the other, so that each sees the other.
      await transaction`select pg_advisory_xact_lock(hashtextextended(${name.skeleton}, 0))`;
      const [alike] = await transaction`
        select from users
        where username_skeleton = ${name.skeleton} and username_scripts <> ${name.scripts}
          and username_scripts <> '' and ${name.scripts} <> ''
        limit 1`;
      if (alike) throw new Fault('username_confusable');
      const [row] = await transaction<UserRow[]>`
        insert into users (username, username_key, username_skeleton, username_scripts, display_name, password_hash, admin)
        values (${name.username}, ${name.key}, ${name.skeleton}, ${name.scripts}, ${shown}, ${passwordHash}, ${admin})
        returning *`;
      if (!row) throw new Error('The new user was not returned');
      const channelId = await createChannel(transaction, { kind: 'self', pair: [row.id, row.id] });
      if (channelId === undefined) throw new Error(`User ${row.id} has a channel of kind self already`);
      await joinChannel(transaction, channelId, [{ userId: row.id, role: 'owner' }]);
      return row;
    });
  } catch (error) {
    if (codeOf(error) === '23505') throw new Fault('username_taken');
    throw error;
  }
};

/** Text that stands for itself within a LIKE. */
export const literal = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** Those whose username or display name begins with `query`, in any case. */
export const searchUsers = async (sql: Sql, query: string, limit: number): Promise<User[]> => {
  const rows = await sql<UserRow[]>`
    select * from users
    where disabled_at is null and (
      username_key like ${`${literal(foldName(query))}%`}
      or lower(normalize(display_name, NFKC)) like lower(normalize(${`${literal(query)}%`}, NFKC))
    )
    order by username_key limit ${limit}`;
  return rows.map(userOf);
};
