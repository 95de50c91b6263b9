import { type FaultCode, faults } from '@messox/protocol';
import { block, quoted } from './lines.ts';

interface Refusal {
  /** Statuses with which nginx refuses by itself. */
  readonly of: readonly number[];
  readonly code: FaultCode;
  /** In place of the code's own, which speaks of something else. */
  readonly message?: string;
  readonly retryAfterMs?: number;
}

const away = 'The server cannot be reached at the moment.';

const refusals: Readonly<Record<string, Refusal>> = {
  malformed: {
    of: [400, 414, 494],
    code: 'invalid_header',
    message: 'The request line or a header is malformed or too long.',
  },
  not_found: { of: [404], code: 'not_found' },
  method: { of: [405], code: 'method_not_allowed' },
  too_large: { of: [413], code: 'payload_too_large' },
  too_many: { of: [429], code: 'rate_limited', retryAfterMs: 1_000 },
  too_many_sockets: { of: [], code: 'too_many_sessions', retryAfterMs: 10_000 },
  internal: { of: [500], code: 'internal' },
  away: { of: [502, 503, 504], code: 'unavailable', message: away, retryAfterMs: 1_000 },
};

/** A request line that was too long has no path yet, and without one nginx finds no named location. */
const locationOf = (name: string): string => (name === 'malformed' ? '/.messox/malformed' : `@messox_${name}`);

/** The same shape as every refusal of the server (RFC 9457). */
const problemOf = ({ code, message = faults[code].message, retryAfterMs }: Refusal): string =>
  JSON.stringify({
    type: 'about:blank',
    title: message,
    status: faults[code].status,
    code,
    message,
    ...(retryAfterMs === undefined ? {} : { details: { retryAfterMs } }),
  });

/** The location of requests that no process of a server could be asked for. */
export const awayLocation = locationOf('away');

/**
 * nginx's own refusals in the shape of the API's; those of the server pass as they are.
 * `unreached` is the location, or the variable with it, of a request that came to no process, in place of `awayLocation`.
 */
export const errorPages = ({
  sockets = false,
  unreached,
}: { sockets?: boolean; unreached?: string | undefined } = {}): string[] =>
  Object.entries(refusals).flatMap(([name, { code, of }]) => {
    const target = locationOf(sockets && name === 'too_many' ? 'too_many_sockets' : name);
    // nginx itself has 503 for nothing that it asks a process.
    const others = unreached !== undefined && name === 'away' ? of.filter((status) => status === 503) : of;
    return [
      ...(others.length > 0 ? [`error_page ${others.join(' ')} =${faults[code].status} ${target};`] : []),
      // The status is that of the location.
      ...(others === of ? [] : [`error_page 502 504 = ${unreached};`]),
    ];
  });

/** Where `errorPages` lead to. */
export const refusalLocations = (): string[] =>
  Object.entries(refusals).flatMap(([name, refusal]) =>
    block(`location ${name === 'malformed' ? '= ' : ''}${locationOf(name)}`, [
      ...(name === 'malformed' ? ['internal;'] : []),
      // Else the type would follow the end of the path that was asked for.
      'types { }',
      'default_type application/problem+json;',
      `return ${faults[refusal.code].status} ${quoted(problemOf(refusal))};`,
    ]),
  );
