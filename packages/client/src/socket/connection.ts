import { closeCodes, type EventData, events, type OpData, type OpReply, ops } from '@messox/protocol';
import type { Auth } from '../auth/auth.ts';
import { fullJitter } from '../backoff.ts';
import { MessoxError, messoxError } from '../error.ts';
import type { Timings } from '../options.ts';
import { dial } from './dial.ts';
import { Heartbeat } from './heartbeat.ts';
import { onNetworkHint } from './hints.ts';
import type { Line } from './line.ts';
import type { OpenSocket } from './socket-like.ts';
import { Waiters } from './waiters.ts';

export type HelloReply = OpReply<typeof ops.hello>;

/** `catchingUp`: connected, and being handed what was missed. `offline` with `retryInMs`: it comes back by itself. */
export type StatusChange =
  | { readonly status: 'connecting' | 'catchingUp' | 'live' }
  | { readonly status: 'offline'; readonly error?: MessoxError; readonly retryInMs?: number };
export type Status = StatusChange['status'];

export interface ConnectionOptions {
  readonly base: string;
  readonly openSocket: OpenSocket;
  readonly timings: Timings;
  readonly auth: Pick<Auth, 'fresh' | 'renew' | 'forget'>;
  /** What the client says of itself and of what it holds. */
  readonly greeting: () => Omit<OpData<typeof ops.hello>, 'token'>;
  /** The server took the `hello`; called before the first event. */
  readonly onUp: (line: Line, reply: HelloReply) => void;
  readonly onDown: () => void;
  readonly onEvent: (name: string, data: unknown) => void;
  readonly onPing: (reply: OpReply<typeof ops.ping>) => void;
  readonly onStatus: (change: StatusChange) => void;
  readonly onProblem: (error: MessoxError) => void;
}

/** How one line ended, and when to open the next. */
interface Outcome {
  readonly error: MessoxError;
  /** There is no coming back without logging in. */
  readonly final?: boolean;
  /** Exactly so long; by the backoff when not given. */
  readonly waitMs?: number | undefined;
}

/** Holds a line to the server while it is wanted, and opens another when it is lost. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #live = new Waiters();
  readonly #up = new Waiters();
  #status: StatusChange = { status: 'offline' };
  #wanted = false;
  #running: Promise<void> | undefined;
  #line: Line | undefined;
  #heartbeat: Heartbeat | undefined;
  #stop: AbortController | undefined;
  #wake: (() => void) | undefined;
  /** Ends a wait that nobody asked for. */
  #hurry: (() => void) | undefined;
  /** How often in a row the server refused a token that had just been refreshed. */
  #refusals = 0;
  #attempt = 0;
  #liveAt: number | undefined;
  /** performance.now() at which a draining server said to come back. */
  #comeBackAt: number | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get status(): Status {
    return this.#status.status;
  }

  /** The line, once the server has taken the `hello`. */
  get line(): Line | undefined {
    return this.#line;
  }

  /**
   * Resolves when the client is live; goes on trying until then, and at once where it waits to try again.
   *
   * @throws MessoxError logged_out, cancelled (by `close`)
   */
  connect(): Promise<void> {
    this.#wanted = true;
    this.#start();
    this.#hurry?.();
    if (this.#line && this.#status.status === 'live') return Promise.resolve();
    const live = this.#live.wait();
    // Who does not wait for it hears of it by `status` and `loggedOut`.
    live.catch(() => undefined);
    return live;
  }

  async close(): Promise<void> {
    this.#wanted = false;
    this.#stop?.abort();
    this.#wake?.();
    this.#callOff(new MessoxError('cancelled', { message: 'The client was closed.' }));
    await this.#running;
  }

  /** The line, as soon as there is one. @throws MessoxError unreachable */
  async whenUp(timeoutMs: number): Promise<Line> {
    if (!this.#line && this.#wanted) await this.#up.wait(timeoutMs);
    if (!this.#line)
      throw new MessoxError('unreachable', { message: 'There is no connection; `connect()` makes one.' });
    return this.#line;
  }

  #start(): void {
    if (this.#running) return;
    this.#stop = new AbortController();
    this.#running = this.#run(this.#stop.signal).finally(() => {
      this.#running = undefined;
      // `connect` was called while the last line was being put away.
      if (this.#wanted) this.#start();
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const stopListening = onNetworkHint(() => this.#onHint());
    let last: Outcome | undefined;
    try {
      while (!last?.final) {
        if (last) await this.#rest(last, signal);
        if (signal.aborted) break;
        last = await this.#hold(signal);
      }
    } finally {
      stopListening();
      if (last?.final) {
        this.#wanted = false;
        this.#callOff(last.error);
        this.#setStatus({ status: 'offline', error: last.error });
      } else this.#setStatus({ status: 'offline' });
    }
  }

  #callOff(error: MessoxError): void {
    this.#live.reject(error);
    this.#up.reject(error);
  }

  async #rest({ error, waitMs }: Outcome, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { reconnectBaseMs, reconnectCapMs } = this.#options.timings;
    const retryInMs = Math.round(waitMs ?? fullJitter(this.#attempt++, reconnectBaseMs, reconnectCapMs));
    this.#setStatus({ status: 'offline', error, retryInMs });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, retryInMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      // How long the server asked to wait is its own affair.
      if (waitMs === undefined) this.#hurry = this.#wake;
    });
    this.#hurry = undefined;
  }

  /** One line from dialling to its end. */
  async #hold(signal: AbortSignal): Promise<Outcome> {
    const { auth, base, openSocket, timings } = this.#options;
    this.#setStatus({ status: 'connecting' });
    this.#liveAt = undefined;
    this.#comeBackAt = undefined;
    let token = '';
    let line: Line | undefined;
    const close = (): void => line?.close();
    signal.addEventListener('abort', close);
    try {
      // Before the socket is opened: the server waits for `hello` for a short time only.
      token = await auth.fresh();
      let onEnd = (): void => undefined;
      const ended = new Promise<void>((resolve) => (onEnd = resolve));
      line = await dial(
        { base, openSocket, signal, timeoutMs: timings.connectTimeoutMs },
        {
          onEvent: (name, data) => this.#onEvent(name, data),
          onEnd: () => {
            this.#down();
            onEnd();
          },
        },
      );
      await Promise.race([this.#sayHello(line, token), ended]);
      await ended;
      return await this.#judge(line.end?.error ?? new MessoxError('unreachable'), line.end?.closeCode, token);
    } catch (thrown) {
      const error = messoxError(thrown);
      line?.drop(error);
      return await this.#judge(error, line?.end?.closeCode, token);
    } finally {
      signal.removeEventListener('abort', close);
    }
  }

  #sayHello(line: Line, token: string): Promise<void> {
    const { greeting, onUp, timings } = this.#options;
    return new Promise((resolve, reject) => {
      line.ask(ops.hello.name, { token, ...greeting() }, timings.helloTimeoutMs, (error, data) => {
        if (error) {
          reject(error);
          return;
        }
        const reply = data as HelloReply;
        this.#refusals = 0;
        this.#line = line;
        this.#heartbeat = new Heartbeat({
          line,
          everyMs: reply.heartbeatMs,
          timeoutMs: timings.pingTimeoutMs,
          onAnswer: this.#options.onPing,
        });
        onUp(line, reply);
        this.#setStatus({ status: 'catchingUp' });
        this.#up.resolve();
        resolve();
      });
    });
  }

  #down(): void {
    if (!this.#line) return;
    this.#line = undefined;
    this.#heartbeat?.stop();
    clearTimeout(this.#leaving);
    this.#options.onDown();
  }

  #onEvent(name: string, data: unknown): void {
    if (name === events.reconnect.name) this.#leaveLater(data as EventData<typeof events.reconnect>);
    if (name === events.ready.name && this.#status.status === 'catchingUp') {
      this.#liveAt = performance.now();
      this.#setStatus({ status: 'live' });
      this.#live.resolve();
    }
    this.#options.onEvent(name, data);
  }

  /** A draining server still answers what is under way and closes the line itself; this is for one that does not. */
  #leaveLater({ afterMs }: EventData<typeof events.reconnect>): void {
    const line = this.#line;
    this.#comeBackAt = performance.now() + afterMs;
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => line?.drop(new MessoxError('draining')), afterMs);
  }

  async #judge(error: MessoxError, closeCode: number | undefined, token: string): Promise<Outcome> {
    const { onProblem, timings } = this.#options;
    if (this.#liveAt !== undefined && performance.now() - this.#liveAt >= timings.steadyMs) this.#attempt = 0;
    if (error.code === 'logged_out') return { error, final: true };
    if (closeCode === closeCodes.unauthenticated.code || error.remedy === 'reauthenticate')
      return this.#reauthenticate(error, token);
    if (this.#comeBackAt !== undefined) return { error, waitMs: Math.max(0, this.#comeBackAt - performance.now()) };
    if (error.code === 'account_disabled') {
      await this.#options.auth.forget(error);
      return { error, final: true };
    }
    // The server found fault with what this client sent, and would again: come back, but slowly.
    if (error.remedy === 'fix' || closeCode === closeCodes.tooManyRequests.code) {
      onProblem(error);
      return { error, waitMs: timings.reconnectCapMs * (0.5 + Math.random() / 2) };
    }
    const { retryAfterMs } = error;
    return { error, waitMs: retryAfterMs && retryAfterMs * (1 + Math.random() / 2) };
  }

  async #reauthenticate(error: MessoxError, token: string): Promise<Outcome> {
    const { auth } = this.#options;
    try {
      if (this.#refusals > 0) {
        await auth.forget(error);
        throw new MessoxError('logged_out', { cause: error });
      }
      await auth.renew(token);
      this.#refusals += 1;
      return { error };
    } catch (thrown) {
      const failure = messoxError(thrown);
      return { error: failure, final: failure.code === 'logged_out' };
    }
  }

  /** The network came or went: see at once instead of at the next beat, and don't sleep through it. */
  #onHint(): void {
    this.#attempt = 0;
    this.#wake?.();
    this.#heartbeat?.beat();
  }

  #setStatus(change: StatusChange): void {
    if (change.status !== 'offline' && change.status === this.#status.status) return;
    this.#status = change;
    this.#options.onStatus(change);
  }
}
