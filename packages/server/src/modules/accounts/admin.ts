import { randomBytes } from 'node:crypto';
import { defaultLimits } from '@messox/protocol';
import { Fault, type Sql } from '../../kernel/module.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { verifyPrefix } from './reserved-names.ts';
import { endSessionsWithin } from './sessions.ts';
import { checkedUsername, findUserByName, insertUser, literal, type UserRow } from './users.ts';
import { foldName } from './username/index.ts';

/** An account as an administrator sees it. */
export interface AccountSummary {
  readonly id: number;
  readonly username: string;
  readonly displayName: string;
  readonly admin: boolean;
  readonly createdAt: string;
  readonly disabledAt?: string;
  /** Where it is logged in. */
  readonly sessions: number;
}

/** @throws Fault invalid_request, username_taken, username_confusable */
export const createUser = async (
  sql: Sql,
  {
    admin,
    displayName,
    password,
    username,
  }: { username: string; password: string; displayName?: string; admin?: boolean },
): Promise<{ id: number; username: string }> => {
  checkedUsername(username);
  checkPassword(password, defaultLimits);
  const row = await insertUser(sql, {
    username,
    displayName,
    passwordHash: await hashPassword(password),
    ...(admin === undefined ? {} : { admin }),
  });
  return { id: row.id, username: row.username };
};

/** An account for `messox verify`, of a name that nobody else may have; `removeVerifyUsers` removes it again. */
export const createVerifyUser = async (sql: Sql, password: string): Promise<{ id: number; username: string }> => {
  const username = `${verifyPrefix}${randomBytes(6).toString('hex')}`;
  const { id } = await insertUser(sql, { username, passwordHash: await hashPassword(password), reserved: true });
  return { id, username };
};

/** In the order of their ids, after the id `after`. */
export const listUsers = async (
  sql: Sql,
  { after = 0, limit = 100, query = '' }: { query?: string; limit?: number; after?: number } = {},
): Promise<AccountSummary[]> => {
  const rows = await sql<(UserRow & { sessions: number })[]>`
    select u.*, (select count(*) from sessions s where s.user_id = u.id and s.ended_at is null and s.ends_at > now()) as sessions
    from users u
    where u.id > ${after} and (
      u.username_key like ${`%${literal(foldName(query))}%`}
      or lower(normalize(u.display_name, NFKC)) like lower(normalize(${`%${literal(query)}%`}, NFKC))
    )
    order by u.id limit ${limit}`;
  return rows.map((row) => ({
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    admin: row.admin,
    createdAt: row.created_at.toISOString(),
    ...(row.disabled_at ? { disabledAt: row.disabled_at.toISOString() } : {}),
    sessions: row.sessions,
  }));
};

const named = async (sql: Sql, username: string): Promise<UserRow> => {
  const row = await findUserByName(sql, username);
  if (!row) throw new Fault('user_not_found');
  return row;
};

/** Refuses a new name for what is known of it before there is a password. @throws Fault invalid_request, username_confusable, username_taken */
export const checkNewName = async (sql: Sql, username: string): Promise<void> => {
  checkedUsername(username);
  if (await findUserByName(sql, username)) throw new Fault('username_taken');
};

/** @throws Fault user_not_found */
export const checkKnownName = async (sql: Sql, username: string): Promise<void> => {
  await named(sql, username);
};

/** Makes an account an administrator, or no longer one. @throws Fault user_not_found */
export const setAdmin = async (sql: Sql, username: string, admin: boolean): Promise<void> => {
  const { id } = await named(sql, username);
  await sql`update users set admin = ${admin} where id = ${id}`;
};

/** Sets a password and ends every session of the account. @throws Fault user_not_found, invalid_request */
export const setPassword = async (sql: Sql, username: string, password: string): Promise<void> => {
  checkPassword(password, defaultLimits);
  const { id } = await named(sql, username);
  const passwordHash = await hashPassword(password);
  await sql.begin(async (transaction) => {
    await transaction`update users set password_hash = ${passwordHash} where id = ${id}`;
    await endSessionsWithin(transaction, { userId: id });
  });
};

/** Disables an account, which ends its sessions, or enables it again. @throws Fault user_not_found */
export const setDisabled = async (sql: Sql, username: string, disabled: boolean): Promise<void> => {
  const { id } = await named(sql, username);
  await sql.begin(async (transaction) => {
    await transaction`
      update users set disabled_at = case when ${disabled} then coalesce(disabled_at, clock_timestamp()) end where id = ${id}`;
    if (disabled) await endSessionsWithin(transaction, { userId: id });
  });
};
