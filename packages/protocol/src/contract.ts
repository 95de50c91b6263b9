import type { z } from 'zod';
import type { FaultCode } from './faults.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Shape = z.ZodObject;

/** One REST call. Path parameters are written `{name}` and have their schema in `params`. */
export interface RouteContract {
  /** The OpenAPI operation id, `noun.verb`. */
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  /** `user`: needs `Authorization: Bearer <accessToken>`. */
  readonly auth: 'user' | 'none';
  readonly params?: Shape;
  readonly query?: Shape;
  readonly body?: Shape | z.ZodType;
  /** Status to the schema of the answer; null has no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  readonly faults: readonly FaultCode[];
}

/** One WebSocket request with its reply. */
export interface OpContract {
  readonly name: string;
  readonly summary: string;
  readonly data: Shape;
  readonly reply: z.ZodType;
  readonly faults: readonly FaultCode[];
}

/** One thing that the server tells without being asked. */
export interface EventContract {
  readonly name: string;
  readonly summary: string;
  readonly data: z.ZodType;
}

export const defineRoute = <const C extends RouteContract>(contract: C): C => contract;
export const defineOp = <const C extends OpContract>(contract: C): C => contract;
export const defineEvent = <const C extends EventContract>(contract: C): C => contract;

type NoFields = Readonly<Record<string, never>>;
type Infer<S, Otherwise> = S extends z.ZodType ? z.infer<S> : Otherwise;
export type RouteParams<C extends RouteContract> = Infer<C['params'], NoFields>;
export type RouteQuery<C extends RouteContract> = Infer<C['query'], NoFields>;
export type RouteBody<C extends RouteContract> = Infer<C['body'], undefined>;
/** What a handler may answer: one of the contract's statuses with the body that belongs to it. */
export type RouteAnswer<C extends RouteContract> = {
  [S in keyof C['answers'] & number]: C['answers'][S] extends z.ZodType
    ? { status: S; body: z.infer<C['answers'][S]> }
    : { status: S };
}[keyof C['answers'] & number];
export type OpData<C extends OpContract> = z.infer<C['data']>;
export type OpReply<C extends OpContract> = z.infer<C['reply']>;
export type EventData<C extends EventContract> = z.infer<C['data']>;
