import { Fault } from './fault.ts';
import type { Role } from './roles.ts';

/** What a path is answered that a process does not serve. */
export type ElsewhereCode = 'not_found' | 'unavailable';

/**
 * A process that is not the whole server cannot say that there is no such path. A proxy that leads here by an address which another
 * process had a moment ago tries the next one, and a client comes again.
 */
export const elsewhereCode = (roles: ReadonlySet<Role>): ElsewhereCode =>
  roles.has('api') && roles.has('gateway') ? 'not_found' : 'unavailable';

export const elsewhere = (code: ElsewhereCode): Fault =>
  code === 'not_found' ? new Fault(code) : new Fault(code, { retryAfterMs: 1_000 });
