import { type Sql, type Transaction, within } from '../database/pool.ts';
import type { Logger } from '../log.ts';

const channel = 'messox_revoked';
/** Longer than any access token lives, and than a process may have been deaf. */
const keptMs = 86_400_000;
/** No access token lives longer, whatever the limit says: its session's end must be remembered until then. */
export const accessTokenMaxMs = keptMs / 2;
const retryMs = 1_000;
const unlistenMs = 1_000;
const listenMs = 30_000;

/** Ends sessions as part of a transaction; every process hears of it when that commits. */
export const revokeSessions = async (sql: Sql | Transaction, sessionIds: readonly string[]): Promise<void> => {
  if (sessionIds.length === 0) return;
  await sql`
    insert into revoked_sessions (session_id) select unnest(${sessionIds as string[]}::text[]) on conflict do nothing`;
  for (const id of sessionIds) await sql`select pg_notify(${channel}, ${id})`;
};

/** Forgets the sessions whose access tokens have all expired since they were ended. */
export const forgetRevoked = async (sql: Sql): Promise<void> => {
  await sql`delete from revoked_sessions where revoked_at < clock_timestamp() - make_interval(secs => ${keptMs / 1_000})`;
};

export interface Revocations {
  has(sessionId: string): boolean;
  /** Called once for each session that is ended from now on. */
  onRevoked(listener: (sessionId: string) => void): void;
  stop(): Promise<void>;
}

/**
 * The sessions that were ended before their access tokens expired, kept in step by PostgreSQL's NOTIFY: it works
 * without the bus, and is as durable as the transaction that ended the session. After the connection was away the whole
 * list is read again, and every `againMs` too: one that only seems to stand is not noticed.
 */
export const followRevocations = async (
  sql: Sql,
  log: Logger,
  { againMs = 60_000 }: { readonly againMs?: number } = {},
): Promise<Revocations> => {
  const revoked = new Map<string, number>();
  const listeners: ((sessionId: string) => void)[] = [];
  const add = (sessionId: string): void => {
    if (revoked.has(sessionId)) return;
    const now = Date.now();
    revoked.set(sessionId, now);
    // The oldest are first.
    for (const [id, at] of revoked) {
      if (at >= now - keptMs) break;
      revoked.delete(id);
    }
    for (const listener of listeners) listener(sessionId);
  };
  const reload = async (): Promise<void> => {
    const rows = await sql<{ session_id: string }[]>`select session_id from revoked_sessions`;
    for (const { session_id } of rows) add(session_id);
  };
  let stopped = false;
  // What was missed is in no later notice, so this does not give up.
  const reloadPatiently = (): void => {
    reload().catch((error: unknown) => {
      if (stopped) return;
      log.warn({ err: error }, 'the list of ended sessions could not be read yet');
      setTimeout(reloadPatiently, retryMs).unref();
    });
  };
  const listening = await within(listenMs, sql.listen(channel, add, reloadPatiently));
  await reload();
  const again = setInterval(() => {
    // The next time comes soon enough.
    reload().catch((error: unknown) => log.debug({ err: error }, 'the list of ended sessions could not be read'));
  }, againMs);
  again.unref();
  return {
    has: (sessionId) => revoked.has(sessionId),
    onRevoked: (listener) => void listeners.push(listener),
    stop: async () => {
      stopped = true;
      clearInterval(again);
      await within(unlistenMs, listening.unlisten()).catch(() => undefined);
    },
  };
};
