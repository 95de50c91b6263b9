import type { RouteAnswer, RouteContract } from '@messox/protocol';
import type { z } from 'zod';
import { MessoxError, messoxError } from '../error.ts';
import { problemOf } from './problem.ts';

type Place = 'params' | 'query' | 'body';
/** What is sent for one place of a call, before the server fills in defaults. */
export type Input<C extends RouteContract, P extends Place> =
  C extends Readonly<Record<P, infer S extends z.ZodType>> ? z.input<S> : undefined;
type Part<C extends RouteContract, P extends Place> =
  C extends Readonly<Record<P, infer S extends z.ZodType>>
    ? Partial<z.input<S>> extends z.input<S>
      ? Readonly<Partial<Record<P, z.input<S>>>>
      : Readonly<Record<P, z.input<S>>>
    : Readonly<Partial<Record<P, undefined>>>;

export type CallInput<C extends RouteContract> = Part<C, 'params'> & Part<C, 'query'> & Part<C, 'body'>;
type Body<A> = A extends { readonly body: infer B } ? B : undefined;
/** The body of the answer; `undefined` where there is none. */
export type CallAnswer<C extends RouteContract> = Body<RouteAnswer<C>>;
type CallArguments<C extends RouteContract> =
  Partial<CallInput<C>> extends CallInput<C> ? [input?: CallInput<C>] : [input: CallInput<C>];

/** Calls a route of the contract. @throws MessoxError */
export type Call = <C extends RouteContract>(contract: C, ...input: CallArguments<C>) => Promise<CallAnswer<C>>;

export interface Parts {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export interface Caller {
  /** The server's address without a slash at the end. */
  readonly base: string;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

const addressOf = (base: string, path: string, { params = {}, query = {} }: Parts): string => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(asked.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return `${base}${filled}${search && `?${search}`}`;
};

/**
 * One HTTP request. The answer is typed by the contract and not checked again here: fields and kinds that a newer server
 * adds are none of an older client's business.
 */
export const callOnce = async (
  { base, fetch, timeoutMs }: Caller,
  contract: RouteContract,
  parts: Parts,
  token?: string,
): Promise<unknown> => {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (parts.body !== undefined) headers['content-type'] = 'application/json';
  let status: number;
  let text: string;
  let retryAfter: string | null;
  try {
    const response = await fetch(addressOf(base, contract.path, parts), {
      method: contract.method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
    });
    ({ status } = response);
    retryAfter = response.headers.get('retry-after');
    text = await response.text();
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') throw new MessoxError('timed_out', { cause: error });
    throw messoxError(error);
  }
  const answer = contract.answers[status];
  if (answer === null) return undefined;
  if (answer === undefined) throw problemOf(status, text, retryAfter);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new MessoxError('invalid_answer', { status, cause: error });
  }
};
