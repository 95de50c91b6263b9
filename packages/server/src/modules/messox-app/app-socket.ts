import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, MessageEntry } from '@messox/protocol';
import {
  Bucket,
  type Connection,
  type Entry,
  Fault,
  type Gate,
  type Host,
  type Identity,
  type Session,
  type SessionListener,
  type Signal,
  type SocketHandler,
  textFrame,
} from '../../kernel/module.ts';
import { type AppEvent, messageEvent, readEvent, type ToldEvent } from './app-event.ts';
import type { Cursors } from './cursors.ts';
import { Handed } from './handed.ts';
import { Inbox } from './inbox.ts';
import { passingSignal, sendEvent, type SendOptions } from './send-event.ts';

export interface AppSocketOptions extends SendOptions {
  readonly sessions: Host['sessions'];
  readonly limits: Host['limits'];
  readonly log: Host['log'];
  readonly cursors: Cursors;
  /** Tells the others that a message has come. */
  readonly delivered: (channelId: number, userId: number, seq: number) => void;
  readonly gate: Gate;
  readonly resumeSession: (identity: Identity) => Promise<boolean>;
  /** Events that were taken and are not dealt with yet: a stop waits for them. */
  readonly underWay: Set<Promise<void>>;
}

const day = 86_400_000;

/** One socket of `/server/ws`: events of the app in, one after the other, and what is for its user out. */
export class AppSocket implements SocketHandler, SessionListener {
  readonly identity: Identity;
  readonly #connection: Connection;
  readonly #options: AppSocketOptions;
  readonly #inbox: Inbox;
  readonly #handed: Handed;
  readonly #bucket: Bucket;
  /** The user's direct channels as they were found: the other user to the channel. */
  readonly #directs = new Map<number, number>();
  readonly #events: AppEvent[] = [];
  #session: Session | undefined;
  #working = false;
  #draining = false;
  #resumedAt = Date.now();

  constructor(connection: Connection, identity: Identity, options: AppSocketOptions) {
    const { cursors, delivered, gate, limits, sql } = options;
    this.#connection = connection;
    this.identity = identity;
    this.#options = options;
    this.#bucket = new Bucket(limits.opsPerSecond, limits.opsBurst);
    this.#handed = new Handed(connection, limits.controlFramesPerSecond, (channelId, seq) => {
      cursors.note(identity, channelId, seq);
      delivered(channelId, identity.userId, seq);
    });
    this.#inbox = new Inbox({
      sql,
      gate,
      page: limits.historyPage,
      write: (message) => this.#write(message),
      onWritten: (channelId, seq) => this.#handed.note(channelId, seq),
      onCaughtUp: () => this.#handed.ask(),
      drained: () => connection.drained(),
      closed: () => connection.closed,
      onFailed: (error) => this.#fail(error),
    });
    this.#begin().catch((error: unknown) => this.#fail(error));
  }

  onText(text: string): void {
    const event = readEvent(text, this.#options.limits.jsonDepth);
    if (!event) this.#connection.close('malformedFrame');
    else if (this.#draining) this.#refuse(event, new Fault('draining'));
    else this.#take(event);
  }

  onClose(): void {
    if (this.#session) this.#options.sessions.close(this.#session);
  }

  onDrain(): void {
    this.#draining = true;
  }

  onTick(now: number): void {
    if (this.identity.sessionEndsAt <= now) this.#connection.close('unauthenticated');
    if (this.#connection.closed || now - this.#resumedAt < day) return;
    this.#resumedAt = now;
    this.#options.resumeSession(this.identity).catch((error: unknown) => {
      this.#options.log.warn({ err: error, userId: this.identity.userId }, 'a session could not be noted as in use');
    });
  }

  entry(entry: Entry): void {
    this.#inbox.take(entry);
  }

  reset(channelId: number, entries: readonly Entry[], head: number): void {
    for (const entry of entries) this.#inbox.take(entry);
    this.#inbox.reach(channelId, head);
  }

  added({ id, kind }: Channel): void {
    if (kind === 'direct') this.#inbox.add(id);
  }

  removed(): void {
    // Nobody leaves a direct channel, and of the others the app is told nothing.
  }

  signal({ event, json }: Signal): boolean {
    if (event === passingSignal) this.#connection.push(textFrame(json));
    return true;
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

  async #begin(): Promise<void> {
    const { cursors, gate, sessions } = this.#options;
    const session = sessions.open(this.identity, this);
    this.#session = session;
    await sessions.catchUp(session, { cursors: undefined });
    if (session.closed) return;
    this.#inbox.begin(await gate.through(() => cursors.places(this.identity)));
  }

  #fail(error: unknown): void {
    if (error instanceof Fault && error.code === 'too_many_sessions') {
      this.#connection.close('tooManyRequests');
      return;
    }
    this.#options.log.warn({ err: error, userId: this.identity.userId }, 'a socket of messox-app could not catch up');
    this.failed();
  }

  #take(event: AppEvent): void {
    this.#events.push(event);
    // Whoever sends faster than allowed is read more slowly: refusing would lose what cannot be sent again.
    if (this.#events.length >= this.#options.limits.opsInFlight) this.#connection.pause();
    if (this.#working) return;
    const work = this.#work();
    this.#options.underWay.add(work);
    void work.finally(() => this.#options.underWay.delete(work));
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      while (!this.#bucket.take() && !this.#draining) await delay(this.#bucket.waitMs);
      try {
        await sendEvent(this.#options, this.identity.userId, this.#directs, event);
      } catch (error) {
        this.#refuse(event, error);
      }
      if (this.#events.length === this.#options.limits.opsInFlight - 1) this.#connection.resume();
    }
    this.#working = false;
  }

  /** The protocol has no errors, so it is an event without a sender; its date tells the app which of its own it is about. */
  #refuse({ date }: AppEvent, error: unknown): void {
    const fault = error instanceof Fault ? error : new Fault('internal');
    if (fault !== error) this.#options.log.error({ err: error, userId: this.identity.userId }, 'an event failed');
    this.#tell({ date, type: 'error', data: `${fault.code}: ${fault.message}` });
  }

  #write(message: MessageEntry): void {
    if (message.senderId === this.identity.userId || message.deletedAt !== undefined) return;
    this.#tell(messageEvent(message));
    this.#handed.ask();
  }

  #tell(event: ToldEvent): void {
    this.#connection.push(textFrame(JSON.stringify(event)));
  }
}
