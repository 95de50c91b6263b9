import type { Fault } from '../fault.ts';

const problemType = 'application/problem+json';

/** A fault as RFC 9457 has it, with `code` (and `details`) as extension members. */
export const problemOf = (fault: Fault): Record<string, unknown> => ({
  type: 'about:blank',
  title: fault.message,
  status: fault.status,
  code: fault.code,
  message: fault.message,
  ...(fault.details ? { details: fault.details } : {}),
});

/** Headers that go with a fault: when to come back, in whole seconds. */
export const faultHeaders = (fault: Fault): Record<string, string> => {
  const after = fault.details?.retryAfterMs;
  return {
    'Content-Type': problemType,
    'Cache-Control': 'no-store',
    ...(typeof after === 'number' ? { 'Retry-After': String(Math.ceil(after / 1_000)) } : {}),
    ...(fault.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    // RFC 9110, 15.5.22.
    ...(fault.status === 426 ? { Upgrade: 'websocket', Connection: 'Upgrade' } : {}),
  };
};
