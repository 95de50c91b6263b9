import type { Limits, Tokens } from '@messox/protocol';
import { type Caller, Fault, networkOf, RateLimit, type Sql } from '../../kernel/module.ts';
import { checkPassword, type Passwords } from './passwords.ts';
import type { LoginSessions } from './sessions.ts';
import { checkedUsername, findUserByName, insertUser, type UserRow } from './users.ts';
import { usernameKey } from './username/index.ts';

export interface CredentialsOptions {
  readonly sql: Sql;
  readonly limits: Limits;
  readonly passwords: Passwords;
  readonly sessions: LoginSessions;
  readonly registration: 'open' | 'closed';
}

export interface Registration {
  readonly username: string;
  readonly password: string;
  readonly displayName?: string | undefined;
  readonly client?: string | undefined;
  /** The client cannot refresh: its access token is a lasting one. */
  readonly lasting?: boolean;
}

/** Why a login failed; over `/api/v1` both are `invalid_credentials`. */
export type LoginRefusal = 'unknown user' | 'wrong password';

const hour = 3_600_000;

/** Registering and logging in, with the limits that belong to them whichever route they come by. */
export const createCredentials = ({ limits, passwords, registration, sessions, sql }: CredentialsOptions) => {
  const registers = new RateLimit({ times: limits.registersPerAddress, perMs: hour });
  const perAccount = new RateLimit({ times: limits.loginsPerAccount, perMs: hour / 4 });
  const anywhere = new RateLimit({ times: limits.loginsPerAccountAnywhere, perMs: hour / 4 });
  const perAddress = new RateLimit({ times: limits.loginsPerAddress, perMs: hour / 4 });

  const register = async (
    { client, displayName, lasting, password, username }: Registration,
    { address }: Caller,
  ): Promise<Tokens> => {
    if (registration === 'closed') throw new Fault('registration_closed');
    checkedUsername(username);
    checkPassword(password, limits);
    registers.take(networkOf(address));
    const user = await insertUser(sql, { username, displayName, passwordHash: await passwords.hash(password) });
    return sessions.open(user, client, lasting);
  };

  /** @throws Fault rate_limited, overloaded, account_disabled */
  const check = async (username: string, password: string, { address }: Caller): Promise<UserRow | LoginRefusal> => {
    const network = networkOf(address);
    const account = usernameKey(username) ?? '';
    // Counted before the password is looked at, so that many at once are not all let through; given back when it is right.
    perAddress.take(network);
    // By account and network: whoever guesses from elsewhere does not lock the owner out.
    perAccount.take(`${account} ${network}`);
    anywhere.take(account);
    const giveBack = (): void => {
      perAddress.giveBack(network);
      perAccount.giveBack(`${account} ${network}`);
      anywhere.giveBack(account);
    };
    const look = async () => {
      const user = await findUserByName(sql, username);
      return { user, right: await passwords.matches(user?.password_hash, password) };
    };
    const { right, user } = await look().catch((error: unknown) => {
      giveBack();
      throw error;
    });
    if (!user) return 'unknown user';
    if (!right) return 'wrong password';
    giveBack();
    if (user.disabled_at) throw new Fault('account_disabled');
    return user;
  };

  const login = async (
    { client, lasting, password, username }: Omit<Registration, 'displayName'>,
    caller: Caller,
  ): Promise<Tokens | LoginRefusal> => {
    const user = await check(username, password, caller);
    return typeof user === 'string' ? user : sessions.open(user, client, lasting);
  };

  return { register, login };
};
