import { type FaultCode, faults, isFaultCode, type Remedy } from '@messox/protocol';

/** What can go wrong on this side of the wire; the server's own codes are the table `faults` of the protocol. */
export const clientFaults = {
  unreachable: { remedy: 'retry', message: 'The server cannot be reached.' },
  timed_out: { remedy: 'retry', message: 'The server did not answer in time.' },
  invalid_answer: {
    remedy: 'retry',
    message: 'The answer is not of this protocol; something in between may have answered.',
  },
  logged_out: { remedy: 'reauthenticate', message: 'Nobody is logged in, or the session has ended.' },
  cancelled: { remedy: 'give up', message: 'It was called off.' },
} as const satisfies Record<string, { remedy: Remedy; message: string }>;

export type ClientFaultCode = keyof typeof clientFaults;

/** Codes of modules and of newer servers are no part of either table. */
export type ErrorCode = FaultCode | ClientFaultCode | (string & Record<never, never>);

interface ErrorFacts {
  readonly message?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** HTTP status, where the answer came over REST. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

const isClientFault = (code: string): code is ClientFaultCode => Object.hasOwn(clientFaults, code);

const knownFact = (code: string): { readonly remedy: Remedy; readonly message: string } | undefined => {
  if (isFaultCode(code)) return faults[code];
  return isClientFault(code) ? clientFaults[code] : undefined;
};

const remedyOfStatus = (status: number | undefined): Remedy => {
  if (status === undefined) return 'give up';
  if (status === 429 || status >= 500) return 'retry';
  return status === 401 ? 'reauthenticate' : 'fix';
};

/** Every refusal and every failure of the line, from REST and from the socket alike. */
export class MessoxError extends Error {
  override readonly name = 'MessoxError';
  /** Stable, snake_case. `unreachable` is the network's doing: the outcome of what was sent is unknown. */
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly status: number | undefined;
  /** What to do about it: `fix` the request, `reauthenticate`, `retry` later with the same request, or `give up`. */
  readonly remedy: Remedy;

  constructor(code: ErrorCode, { message, details, status, cause }: ErrorFacts = {}) {
    const known = knownFact(code);
    super(message ?? known?.message ?? code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
    this.status = status;
    this.remedy = known?.remedy ?? remedyOfStatus(status);
  }

  /** How long the server asks to wait, in milliseconds. */
  get retryAfterMs(): number | undefined {
    const asked = this.details?.retryAfterMs;
    return typeof asked === 'number' && asked >= 0 ? asked : undefined;
  }
}

/** What `fetch` says itself is always the same; the reason is below it. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
};

export const messoxError = (error: unknown): MessoxError =>
  error instanceof MessoxError
    ? error
    : new MessoxError('unreachable', {
        message: `The server cannot be reached: ${reasonOf(error)}`,
        cause: error,
      });
