import { MessoxError } from '../error.ts';

interface Problem {
  readonly code: string;
  readonly title?: string;
  readonly detail?: string;
  readonly details?: Record<string, unknown>;
}

const problemIn = (text: string): Problem | undefined => {
  try {
    const value = JSON.parse(text) as Problem | null;
    return typeof value?.code === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Codes for what something between here and the server answers in its own words, like a proxy. */
const codeOfStatus = (status: number): string => {
  if (status === 413) return 'payload_too_large';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'unavailable' : 'invalid_answer';
};

/** An answer that is none of the contract's: a problem of the server (RFC 9457), or somebody else's. */
export const problemOf = (status: number, text: string, retryAfter: string | null): MessoxError => {
  const problem = problemIn(text);
  const seconds = retryAfter === null || retryAfter === '' ? NaN : Number(retryAfter);
  const details = { ...(seconds >= 0 ? { retryAfterMs: seconds * 1_000 } : {}), ...problem?.details };
  return new MessoxError(problem?.code ?? codeOfStatus(status), {
    message: problem?.detail ?? problem?.title,
    details: Object.keys(details).length > 0 ? details : undefined,
    status,
  });
};
