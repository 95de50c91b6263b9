import {
  type Channel,
  type EventContract,
  type EventData,
  events,
  type Limits,
  type OpData,
  type OpReply,
  ops,
} from '@messox/protocol';
import { randomUUID } from 'node:crypto';
import { isPrivateSignal } from '../../ports/bus.ts';
import type { Identity } from '../auth/access-token.ts';
import { isPassing } from '../database/pool.ts';
import { Fault } from '../fault.ts';
import { parseJson } from '../json.ts';
import type { Logger } from '../log.ts';
import type { Describe } from '../module.ts';
import { validate } from '../validate.ts';
import { Bucket } from './bucket.ts';
import type { Cursors } from './catch-up.ts';
import type { Connection } from './connection.ts';
import type { Entry, Signal } from './feed.ts';
import { eventFrame, textFrame } from './frame.ts';
import type { OpRegistry } from './op-registry.ts';
import type { ResetReason, Session, SessionListener } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { SocketHandler } from './socket-service.ts';

export interface V1Options {
  readonly sessions: Sessions;
  readonly ops: OpRegistry;
  readonly limits: Limits;
  /** Those that clients are told. */
  readonly toldLimits: Readonly<Record<string, number>>;
  readonly describe: Describe;
  /** The identity of an access token that is genuine, in time and not revoked. */
  readonly verify: (token: string) => Identity | undefined;
  /** Whether the session was ended. */
  readonly isRevoked: (sessionId: string) => boolean;
  readonly epoch: string;
  readonly log: Logger;
}

type Request = ops.Request;

/** The answer to a request, and what follows once it is written. */
interface Served {
  readonly data: unknown;
  readonly next?: () => void;
}

const expiringMs = 600_000;

const cursorMap = (cursors: Readonly<Record<string, number>>): ReadonlyMap<number, number> =>
  new Map(Object.entries(cursors).map(([channelId, seq]) => [Number(channelId), seq]));

/** One socket of the subprotocol messox.v1: requests and replies, and the session's news as events. */
export class V1Socket implements SocketHandler, SessionListener {
  readonly #connection: Connection;
  readonly #options: V1Options;
  readonly #bucket: Bucket;
  #identity: Identity | undefined;
  #session: Session | undefined;
  #greeted = false;
  #inFlight = 0;
  #refused = 0;
  #expiringTold = false;
  #draining = false;
  #catchUps = 0;

  constructor(connection: Connection, identity: Identity | undefined, options: V1Options) {
    this.#connection = connection;
    this.#identity = identity;
    this.#options = options;
    this.#bucket = new Bucket(options.limits.opsPerSecond, options.limits.opsBurst);
  }

  /** Undefined until `hello` was answered, whatever the upgrade carried. */
  get identity(): Identity | undefined {
    return this.#session?.identity;
  }

  onText(text: string): void {
    const request = this.#read(text);
    if (!request) {
      this.#connection.close('malformedFrame');
      return;
    }
    if (!this.#bucket.take()) {
      this.#refuse(request);
      return;
    }
    if (this.#refused > 0) this.#refused -= 1;
    this.#inFlight += 1;
    if (this.#inFlight === this.#options.limits.opsInFlight) this.#connection.pause();
    this.#serve(request).then(
      (served) => this.#reply(request, served),
      (error: unknown) => this.#replyFault(request, error),
    );
  }

  /** Requests are under way whose replies are owed. */
  get busy(): boolean {
    return this.#inFlight > 0;
  }

  onClose(): void {
    if (this.#session) this.#options.sessions.close(this.#session);
  }

  onDrain(afterMs: number): void {
    this.#draining = true;
    this.#event(events.reconnect, { afterMs });
  }

  onTick(now: number): void {
    if (!this.identity) return;
    const inMs = this.identity.sessionEndsAt - now;
    if (inMs <= 0) this.#connection.close('unauthenticated');
    else if (inMs < expiringMs && !this.#expiringTold) {
      this.#expiringTold = true;
      this.#event(events.sessionExpiring, { inMs });
    }
  }

  entry(entry: Entry): void {
    this.#connection.push((entry.frame ??= eventFrame(events.timelineEntryEvent.name, entry.json)));
    if (this.#session) this.#options.sessions.handed(this.#session, entry);
  }

  reset(channelId: number, entries: readonly Entry[], head: number, reason: ResetReason): void {
    const those = entries.map(({ json }) => json).join(',');
    const json = `{"channelId":${channelId},"entries":[${those}],"head":${head},"reason":"${reason}"}`;
    this.#connection.push(eventFrame(events.timelineReset.name, json));
    for (const entry of entries) if (this.#session) this.#options.sessions.handed(this.#session, entry);
  }

  added(channel: Channel): void {
    this.#event(events.channelAdded, { channel });
  }

  removed(channelId: number): void {
    this.#event(events.channelRemoved, { channelId });
  }

  signal(signal: Signal): boolean {
    const { event, json } = signal;
    if (isPrivateSignal(event)) return true;
    if (this.#connection.waitingBytes > this.#options.limits.signalBytes) return false;
    this.#connection.push((signal.frame ??= eventFrame(event, json)));
    return true;
  }

  confirm(): Promise<boolean> {
    return this.#connection.confirm();
  }

  get congested(): boolean {
    return this.#connection.congested;
  }

  drained(): Promise<void> {
    return this.#connection.drained();
  }

  get closed(): boolean {
    return this.#connection.closed;
  }

  failed(): void {
    this.#connection.fail();
  }

  #read(text: string): Request | undefined {
    try {
      return ops.request.safeParse(parseJson(text, this.#options.limits.jsonDepth)).data;
    } catch {
      return undefined;
    }
  }

  async #serve({ op, data }: Request): Promise<Served> {
    const input = data ?? {};
    if (this.#draining) throw new Fault('draining', { retryAfterMs: 1_000 });
    if (op === ops.hello.name) return this.#hello(validate(ops.hello.data, input));
    const session = this.#session;
    if (!session) throw new Fault('hello_required');
    if (op === ops.ping.name) {
      validate(ops.ping.data, input);
      return { data: this.#ping(session) };
    }
    if (op === ops.sync.name) return this.#sync(session, validate(ops.sync.data, input));
    const registered = this.#options.ops.get(op);
    if (!registered) throw new Fault('unknown_op', { op });
    const call = { user: session.identity, session, address: this.#connection.address, requestId: randomUUID() };
    return { data: await registered.handle(validate(registered.contract.data, input) as never, call) };
  }

  async #hello({ token, epoch, cursors }: OpData<typeof ops.hello>): Promise<Served> {
    const { describe, isRevoked, limits, sessions, verify } = this.#options;
    if (this.#greeted) throw new Fault('hello_repeated');
    this.#greeted = true;
    try {
      const identity = token === undefined ? this.#identity : verify(token);
      const user = identity && (await describe.user(identity.userId));
      // The session may have ended since the upgrade, or while the user was read.
      if (!identity || !user || isRevoked(identity.sessionId)) throw new Fault('unauthenticated');
      if (this.#connection.closed) throw new Fault('draining');
      const session = sessions.open(identity, this);
      this.#session = session;
      const data: OpReply<typeof ops.hello> = {
        user,
        sessionId: identity.sessionId,
        epoch: this.#options.epoch,
        heartbeatMs: limits.heartbeatMs,
        limits: this.#options.toldLimits,
      };
      const otherEpoch = epoch !== undefined && epoch !== this.#options.epoch;
      return { data, next: () => this.#catchUp(session, cursors && cursorMap(cursors), { otherEpoch }) };
    } catch (fault) {
      this.#greeted = false;
      throw fault;
    }
  }

  #sync(session: Session, { cursors }: OpData<typeof ops.sync>): Served {
    // One under way and one that waits: more would bring nothing that these do not.
    if (this.#catchUps >= 2) throw new Fault('rate_limited', { retryAfterMs: 1_000 });
    const these = cursorMap(cursors);
    return { data: {}, next: () => this.#catchUp(session, these, { only: new Set(these.keys()) }) };
  }

  #ping(session: Session): OpReply<typeof ops.ping> {
    const heads = session.missing();
    return { serverTime: new Date().toISOString(), ...(heads ? { heads } : {}) };
  }

  #catchUp(session: Session, cursors: Cursors, how: { otherEpoch?: boolean; only?: ReadonlySet<number> }): void {
    this.#catchUps += 1;
    this.#options.sessions.catchUp(session, { cursors, ...how }).then(
      () => {
        this.#catchUps -= 1;
        if (!session.closed) this.#event(events.ready, {});
      },
      (error: unknown) => {
        this.#options.log.warn({ err: error, userId: session.identity.userId }, 'a session could not catch up');
        this.failed();
      },
    );
  }

  #reply({ id }: Request, { data, next }: Served): void {
    this.#done();
    this.#connection.push(textFrame(`{"id":${JSON.stringify(id)},"ok":true,"data":${JSON.stringify(data)}}`));
    next?.();
  }

  #replyFault({ id, op }: Request, error: unknown): void {
    this.#done();
    const fault = error instanceof Fault ? error : this.#unexpected(op, error);
    const { code, details, message } = fault;
    this.#connection.push(
      textFrame(JSON.stringify({ id, ok: false, error: { code, message, ...(details ? { details } : {}) } })),
    );
  }

  #unexpected(op: string, error: unknown): Fault {
    if (isPassing(error)) {
      this.#options.log.warn({ err: error, op }, 'the database was away');
      return new Fault('unavailable', { retryAfterMs: 1_000 });
    }
    const incident = randomUUID();
    this.#options.log.error({ err: error, op, incident }, 'an op failed');
    return new Fault('internal', { incident });
  }

  #done(): void {
    if (this.#inFlight === this.#options.limits.opsInFlight) this.#connection.resume();
    this.#inFlight -= 1;
  }

  #refuse(request: Request): void {
    this.#refused += 1;
    if (this.#refused > this.#options.limits.opsRefused) {
      this.#connection.close('tooManyRequests');
      return;
    }
    const error = new Fault('rate_limited', { retryAfterMs: this.#bucket.waitMs });
    const { code, details, message } = error;
    this.#connection.push(textFrame(JSON.stringify({ id: request.id, ok: false, error: { code, message, details } })));
  }

  #event<C extends EventContract>(contract: C, data: EventData<C>): void {
    this.#connection.push(eventFrame(contract.name, JSON.stringify(data)));
  }
}
