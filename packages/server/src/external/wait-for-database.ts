import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, isPassing } from '../kernel/database/pool.ts';
import { StartFault } from '../kernel/fault.ts';
import type { Logger } from '../kernel/log.ts';

export interface WaitOptions {
  readonly log: Logger;
  /** Its abort calls the waiting off. */
  readonly signal: AbortSignal;
  /** The first pause and the longest, in ms. */
  readonly pausesMs?: readonly [number, number];
}

/** What PostgreSQL says of a user that it does not let in. */
const refused = new Set(['28P01', '28000', '3D000']);
const insufficientPrivilege = '42501';

const reasonOf = (error: unknown): string => {
  // Of a name with several addresses, none of which answers; it says nothing itself.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
};

/** What is told of a database that does not want this process, or of one that is still away when the waiting is called off. */
const faultOf = (error: unknown): unknown => {
  const code = codeOf(error) ?? '';
  if (refused.has(code))
    return new StartFault(
      'database_refused',
      `PostgreSQL refuses the connection: ${reasonOf(error)}.`,
      'Check user, password and database in MESSOX_DATABASE_URL, and pg_hba.conf.',
      { cause: error },
    );
  if (code === insufficientPrivilege)
    return new StartFault(
      'database_refused',
      `PostgreSQL does not let the user of MESSOX_DATABASE_URL do what messox must: ${reasonOf(error)}.`,
      'Make this user the owner of the database: ALTER DATABASE name OWNER TO user;',
      { cause: error },
    );
  if (isPassing(error))
    return new StartFault(
      'database_unreachable',
      `PostgreSQL cannot be reached: ${reasonOf(error)}.`,
      'Check that it runs, that host, port and sslmode in MESSOX_DATABASE_URL are right, and that this machine may connect.',
      { cause: error },
    );
  return error;
};

/** A file that is missing has the code of a socket that is missing. */
const isOfFile = (error: unknown): boolean => error instanceof Error && 'path' in error;

const isWorthWaiting = (error: unknown): boolean =>
  (isPassing(error) && !isOfFile(error)) || (error instanceof StartFault && isPassing(error.cause));

/**
 * Tries until it is not the database's being away that an attempt fails for: for as long as whoever started this
 * process has patience. An attempt that fails leaves nothing behind.
 *
 * @throws StartFault database_refused; database_unreachable when it was called off; what else an attempt throws
 */
export const waitForDatabase = async <T>(
  attempt: () => Promise<T>,
  { log, pausesMs: [firstMs, longestMs] = [500, 10_000], signal }: WaitOptions,
): Promise<T> => {
  /** Asked anew after each wait. */
  const isCalledOff = (): boolean => signal.aborted;
  for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * 2, longestMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isWorthWaiting(error) || isCalledOff()) throw faultOf(error);
      // Processes that lost their database together do not come back together.
      const againInMs = Math.round(pauseMs * (0.75 + Math.random() / 4));
      log.warn({ err: error, againInMs }, 'the database cannot be reached yet; it is tried again');
      await delay(againInMs, undefined, { signal }).catch(() => undefined);
      if (isCalledOff()) throw faultOf(error);
    }
  }
};
