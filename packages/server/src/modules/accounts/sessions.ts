import { randomBytes } from 'node:crypto';
import type { Limits, Session, Tokens } from '@messox/protocol';
import { Fault, type Host, type Identity, revokeSessions, type Sql, type Transaction } from '../../kernel/module.ts';
import { type RefreshToken, refreshTokens } from './refresh-token.ts';
import { findUser, ownUserOf, type UserRow } from './users.ts';

interface SessionRow {
  id: string;
  user_id: number;
  client: string;
  generation: number;
  created_at: Date;
  seen_at: Date;
  ends_at: Date;
  ended_at: Date | null;
}

export type LoginSessions = ReturnType<typeof createSessions>;

interface Which {
  readonly userId: number;
  readonly sessionId?: string;
}

/** As part of a transaction: ends these sessions for good; their access tokens and sockets end with them. */
export const endSessionsWithin = async (transaction: Transaction, { sessionId, userId }: Which): Promise<number> => {
  const only = sessionId ?? null;
  const rows = await transaction<{ id: string }[]>`
    update sessions set ended_at = clock_timestamp()
    where user_id = ${userId} and ended_at is null and (${only}::text is null or id = ${only})
    returning id`;
  await revokeSessions(
    transaction,
    rows.map(({ id }) => id),
  );
  return rows.length;
};

const endSessions = (sql: Sql, which: Which): Promise<number> =>
  sql.begin((transaction) => endSessionsWithin(transaction, which));

export const createSessions = ({ sql, limits, tokens }: Pick<Host, 'sql' | 'limits' | 'tokens'>, key: string) => {
  const refresh = refreshTokens(key);

  const answer = (user: UserRow, session: SessionRow, lasting = false): Tokens => {
    const identity = { userId: user.id, sessionId: session.id, sessionEndsAt: session.ends_at.getTime() };
    const { accessToken, expiresInMs } = tokens.issue(identity, { lasting });
    const refreshToken = refresh.make({ sessionId: session.id, generation: session.generation });
    return { user: ownUserOf(user), accessToken, refreshToken, expiresInMs };
  };

  /**
   * A session for a user as they were when the password was checked: what ends all sessions (another password, a disabled
   * account) either sees this one or is seen here. @throws Fault account_disabled, invalid_credentials
   */
  const open = async (user: UserRow, client: string | undefined, lasting = false): Promise<Tokens> => {
    const [row] = await sql<SessionRow[]>`
      insert into sessions (id, user_id, client, ends_at)
      select ${randomBytes(16).toString('base64url')}, id, ${client ?? ''},
        clock_timestamp() + ${limits.sessionMs} * interval '1 ms'
      from users where id = ${user.id} and disabled_at is null and password_hash = ${user.password_hash}
      for share
      returning *`;
    if (row) return answer(user, row, lasting);
    throw new Fault((await findUser(sql, user.id))?.disabled_at ? 'account_disabled' : 'invalid_credentials');
  };

  const renew = async (text: string): Promise<Tokens> => {
    const token = refresh.read(text);
    const session = token && (await advance(sql, token, limits));
    if (!session) throw new Fault('invalid_refresh_token');
    const user = await findUser(sql, session.user_id);
    if (!user) throw new Fault('invalid_refresh_token');
    if (user.disabled_at) throw new Fault('account_disabled');
    return answer(user, session);
  };

  const list = async (userId: number, currentId: string): Promise<Session[]> => {
    const rows = await sql<SessionRow[]>`
      select * from sessions
      where user_id = ${userId} and ended_at is null and ends_at > clock_timestamp()
        and seen_at > clock_timestamp() - ${limits.refreshTokenMs} * interval '1 ms'
      order by seen_at desc, id limit ${limits.listPage}`;
    return rows.map(({ client, created_at, id, seen_at }) => ({
      id,
      client,
      createdAt: created_at.toISOString(),
      seenAt: seen_at.toISOString(),
      current: id === currentId,
    }));
  };

  /**
   * Whether the session of a lasting token still lives: it was not ended, and was in use, which this notes, within the
   * life of a refresh token. @throws Fault account_disabled
   */
  const resume = async ({ sessionId, userId }: Pick<Identity, 'sessionId' | 'userId'>): Promise<boolean> => {
    const [session] = await sql<{ disabled: boolean; alive: boolean }[]>`
      with session as (
        select s.id, s.seen_at, u.disabled_at is not null as disabled,
          s.ended_at is null and s.ends_at > clock_timestamp()
            and s.seen_at > clock_timestamp() - ${limits.refreshTokenMs} * interval '1 ms' as alive
        from sessions s join users u on u.id = s.user_id
        where s.id = ${sessionId} and s.user_id = ${userId}
      ), noted as (
        -- To the hour: when everybody comes back at once, most of it is reading.
        update sessions s set seen_at = clock_timestamp() from session
        where s.id = session.id and session.alive and not session.disabled
          and session.seen_at < clock_timestamp() - interval '1 hour'
      )
      select disabled, alive from session`;
    if (session?.disabled) throw new Fault('account_disabled');
    return session?.alive ?? false;
  };

  return {
    open,
    renew,
    resume,
    list,
    end: (userId: number, sessionId?: string) =>
      endSessions(sql, { userId, ...(sessionId === undefined ? {} : { sessionId }) }),
  };
};

const forgottenAtOnce = 1_000;

/** Deletes the sessions that ended, or could be refreshed for the last time, `sessionKeptMs` ago. */
export const forgetSessions = async ({ limits, sql }: Pick<Host, 'limits' | 'sql'>): Promise<void> => {
  const { refreshTokenMs, sessionKeptMs } = limits;
  for (let count = forgottenAtOnce; count === forgottenAtOnce;)
    ({ count } = await sql`
      delete from sessions where id in (
        select id from sessions
        where least(ended_at, ends_at, seen_at + ${refreshTokenMs} * interval '1 ms')
          < clock_timestamp() - ${sessionKeptMs} * interval '1 ms'
        limit ${forgottenAtOnce}
      )`);
};

/**
 * Changes a refresh token for its successor, in one statement, so that of two uses at once one wins. The token used last
 * is answered with the same successor for a short while (two tabs, a lost answer); any older one used again is stolen or
 * copied, and ends the whole session.
 */
const advance = async (
  sql: Sql,
  { generation, sessionId }: RefreshToken,
  limits: Limits,
): Promise<SessionRow | undefined> => {
  const [renewed] = await sql<SessionRow[]>`
    update sessions set generation = generation + 1, seen_at = clock_timestamp()
    where id = ${sessionId} and generation = ${generation} and ended_at is null and ends_at > clock_timestamp()
      and seen_at > clock_timestamp() - ${limits.refreshTokenMs} * interval '1 ms'
    returning *`;
  if (renewed) return renewed;
  const [session] = await sql<(SessionRow & { just: boolean })[]>`
    select *, seen_at > clock_timestamp() - ${limits.refreshGraceMs} * interval '1 ms' as just
    from sessions where id = ${sessionId} and ended_at is null and ends_at > clock_timestamp()`;
  if (!session || generation >= session.generation) return undefined;
  if (generation === session.generation - 1 && session.just) return session;
  await endSessions(sql, { userId: session.user_id, sessionId });
  return undefined;
};
