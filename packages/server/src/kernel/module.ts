import type {
  Channel,
  Limits,
  OpContract,
  OpData,
  OpReply,
  OwnUser,
  RouteAnswer,
  RouteBody,
  RouteContract,
  RouteParams,
  RouteQuery,
} from '@messox/protocol';
import type { z } from 'zod';
import type { Identity } from './auth/access-token.ts';
import type { Sql } from './database/pool.ts';
import type { Session } from './gateway/session.ts';
import type { Sessions } from './gateway/sessions.ts';
import type { SocketService } from './gateway/socket-service.ts';
import type { Attempt, Enqueue, JobDefinition, JobHandler, TurnDefinition } from './jobs/job.ts';
import type { Logger } from './log.ts';
import type { Timeline } from './timeline/timeline.ts';

export type { Identity } from './auth/access-token.ts';
export { networkOf } from './http/client-address.ts';
export { RateLimit } from './auth/rate-limit.ts';
export { revokeSessions } from './auth/revocations.ts';
export { codeOf, isPassing, openPool, type Sql, type Transaction, within } from './database/pool.ts';
export { Fault } from './fault.ts';
export { Bucket } from './gateway/bucket.ts';
export type { Connection } from './gateway/connection.ts';
export { type Entry, senderOf, type Signal } from './gateway/feed.ts';
export { textFrame } from './gateway/frame.ts';
export { gather } from './gather.ts';
export { Gate } from './gateway/gate.ts';
export type { Session, SessionListener } from './gateway/session.ts';
export type { Sessions } from './gateway/sessions.ts';
export type { SocketHandler, SocketService } from './gateway/socket-service.ts';
export type { Attempt, Enqueue, JobDefinition, JobHandler, TurnDefinition } from './jobs/job.ts';
export { parseJson } from './json.ts';
export { type Change, commitChange, type NewEvent } from './timeline/change.ts';
export { createChannel, joinChannel, leaveChannel, letWrite } from './timeline/membership.ts';
export { messageEntryOf, type MessageRow, timeText } from './timeline/entry-json.ts';
export { readPage } from './timeline/read.ts';
export { type Timeline } from './timeline/timeline.ts';
export { validate } from './validate.ts';
export { everyProcess } from '../ports/bus.ts';

/** The version of this contract. It rises when a module that was written for the one before would not work any more. */
export const moduleContract = 1;

/** Who asks, and from where. */
export interface Caller {
  /** The client's network address, through the trusted proxies. */
  readonly address: string;
  readonly requestId: string;
}

export interface RouteCall<C extends RouteContract> extends Caller {
  readonly params: RouteParams<C>;
  readonly query: RouteQuery<C>;
  readonly body: RouteBody<C>;
  readonly user: C['auth'] extends 'user' ? Identity : undefined;
}

/** The answer of a handler: a status of its contract, with the body that belongs to it. */
export function answer<const S extends number>(status: S): { status: S };
export function answer<const S extends number, B>(status: S, body: B): { status: S; body: B };
export function answer(status: number, body?: unknown): { status: number; body?: unknown } {
  return body === undefined ? { status } : { status, body };
}

export type RouteHandler<C extends RouteContract> = (call: RouteCall<C>) => Promise<RouteAnswer<C>>;

/** One op of one socket. */
export interface OpCall extends Caller {
  readonly user: Identity;
  readonly session: Session;
}

export type OpHandler<C extends OpContract> = (data: OpData<C>, call: OpCall) => Promise<OpReply<C>>;

/** Answers a request that is not of the JSON API; it may look like anything. */
export type PlainHandler = (request: Request, caller: Caller) => Promise<Response>;

/** A piece of news that modules tell each other; made once, by the module that tells it. */
export interface News<T> {
  readonly name: string;
  /** Never there: it carries the type. */
  readonly carries?: T;
}

export const defineNews = <T>(name: string): News<T> => ({ name });

/** What the kernel must know of users and channels, and modules tell it. */
export interface Describe {
  readonly user: (userId: number) => Promise<OwnUser | undefined>;
  readonly channels: (userId: number, channelIds: readonly number[]) => Promise<ReadonlyMap<number, Channel>>;
}

/** Makes and ends the sessions that access tokens speak for. */
export interface Tokens {
  /** A token for this session with the time it lives; for a client that cannot refresh it a `lasting` one. */
  readonly issue: (
    identity: Identity,
    options?: { readonly lasting?: boolean },
  ) => { accessToken: string; expiresInMs: number };
  readonly verify: (token: string) => Identity | undefined;
  /**
   * Whose lasting token this is, even an expired one. It says nothing of the session, which may have been ended long
   * ago: the caller asks (`accounts.resumeSession`) before it believes the token.
   */
  readonly readLasting: (token: string) => Identity | undefined;
  /** A key of the module's own for this purpose, made from the server's; the same after every start. */
  readonly deriveKey: (purpose: string) => string;
}

/** What the kernel lends to a module. All that is registered through it is undone when the module stops. */
export interface Host<S = unknown> {
  readonly name: string;
  readonly settings: S;
  /** Secrets of the environment, by name; an unset one is an empty text. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly sql: Sql;
  readonly log: Logger;
  readonly timeline: Timeline;
  readonly tokens: Tokens;
  /** Hands entries to clients, for modules that speak a socket protocol of their own. */
  readonly sessions: Sessions;
  /** Serves a call of the API. Two handlers for one call: the start fails and says which. */
  readonly route: <C extends RouteContract>(contract: C, handler: RouteHandler<C>) => void;
  /** Serves a path outside of the API, with a format of its own. */
  readonly plain: (method: 'GET' | 'POST', path: string, handler: PlainHandler) => void;
  /** Serves an op of the socket. */
  readonly op: <C extends OpContract>(contract: C, handler: OpHandler<C>) => void;
  /** Serves WebSocket upgrades of a path with a protocol of the module's own. */
  readonly socket: (path: string, service: SocketService) => void;
  /**
   * Does the jobs of this kind, in the processes that have the role. Two handlers for one kind: the start fails and says
   * which. @returns what enqueues one, from any process
   */
  readonly job: <S extends z.ZodType>(definition: JobDefinition<S>, handler: JobHandler<S>) => Enqueue<S>;
  /** Does something again and again: each turn is a job, enqueued once however many processes there are. */
  readonly every: (definition: TurnDefinition, handler: (attempt: Attempt) => Promise<void>) => void;
  /** Tells the kernel of users or channels. Exactly one module does each. */
  readonly describe: <K extends keyof Describe>(what: K, how: Describe[K]) => void;
  /**
   * Hears what `timeline.signal` of any process says under this name, `module:name`, which clients are not told: of the
   * channels that have a session here, and of `everyProcess`. It may be lost, repeated and reordered.
   */
  readonly onSignal: (event: string, handler: (json: string, channelId: number) => void) => void;
  readonly on: <T>(news: News<T>, handler: (data: T) => void) => void;
  readonly emit: <T>(news: News<T>, data: T) => void;
  /** Runs when the module stops, or when a later part of the start fails; the last first. */
  readonly defer: (step: () => Promise<void> | void) => void;
}

type AnyModule = Module;
type Offers<N extends Readonly<Record<string, AnyModule>>> = {
  [K in keyof N]: N[K] extends Module<string, infer O> ? O : never;
};

/** A module as the kernel sees it. */
export interface Module<Name extends string = string, Offer = unknown> {
  readonly name: Name;
  /** The contract that it is written for, where it does not come with the server. */
  readonly contract?: number;
  readonly needs: Readonly<Record<string, AnyModule>>;
  readonly settings?: z.ZodObject;
  /** The folder of `0001-name.sql`, `0002-name.sql`, … */
  readonly migrations?: URL;
  setup(host: Host, needs: Readonly<Record<string, unknown>>): Promise<Offer> | Offer;
}

/**
 * A feature: its settings, tables, routes and ops, and what it offers to the modules that need it.
 *
 * `needs` holds the modules themselves, so that one that is missing does not compile; `setup` gets what they offer.
 */
export const defineModule = <
  const Name extends string,
  Offer,
  S extends z.ZodObject = z.ZodObject,
  N extends Readonly<Record<string, AnyModule>> = Readonly<Record<string, AnyModule>>,
>(definition: {
  name: Name;
  /** `moduleContract` of the server that it was written for; what comes with the server needs none. */
  contract?: number;
  needs?: N;
  settings?: S;
  migrations?: URL;
  setup: (host: Host<z.infer<S>>, needs: Offers<N>) => Promise<Offer> | Offer;
}): Module<Name, Offer> => ({
  name: definition.name,
  ...(definition.contract === undefined ? {} : { contract: definition.contract }),
  needs: definition.needs ?? {},
  ...(definition.settings ? { settings: definition.settings } : {}),
  ...(definition.migrations ? { migrations: definition.migrations } : {}),
  // The kernel hands each module what its own schema made of the settings, and what its own needs offer.
  setup: (host, needs) => definition.setup(host as Host<z.infer<S>>, needs as Offers<N>),
});
