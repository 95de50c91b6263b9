import { randomBytes } from 'node:crypto';
import { createVerifyUser, removeVerifyUsers, type Sql } from '@messox/server';
import { CliError } from '../../errors/cli-error.ts';

/** A temporary account, with a password that nobody ever sees. */
export interface Account {
  readonly id: number;
  readonly username: string;
  readonly password: string;
}

/** @throws CliError database_failed when the server was stopped meanwhile, and its database with it */
const removeOrTell = async (sql: Sql): Promise<void> => {
  try {
    await removeVerifyUsers(sql);
  } catch (cause) {
    throw new CliError('database_failed', 'The accounts of the check are left over: the database has gone away', {
      detail: cause instanceof Error ? cause.message : String(cause),
      fixes: ['`messox verify` (removes them first, once the server runs)'],
      cause,
    });
  }
};

/** Removes what a run left behind that was killed, makes `count` accounts for `work`, and removes them whatever happens. */
export const withAccounts = async <T>(
  sql: Sql,
  count: number,
  { onLeftovers, work }: { onLeftovers: (count: number) => void; work: (accounts: readonly Account[]) => Promise<T> },
): Promise<T> => {
  const leftovers = await removeVerifyUsers(sql);
  if (leftovers > 0) onLeftovers(leftovers);
  try {
    const accounts: Account[] = [];
    for (let index = 0; index < count; index += 1) {
      const password = randomBytes(24).toString('base64url');
      accounts.push({ ...(await createVerifyUser(sql, password)), password });
    }
    return await work(accounts);
  } finally {
    await removeOrTell(sql);
  }
};
