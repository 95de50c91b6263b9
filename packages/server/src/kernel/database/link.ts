import { connect, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import postgres from 'postgres';

/** How PostgreSQL is reached: a Unix socket's `path`, or host and port. */
export interface DatabaseAddress {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** How the connection is encrypted: `prefer` where the server can; what Node's TLS takes where it must. */
  readonly ssl?: 'prefer' | ConnectionOptions;
}

/** A statement, begun with the driver's functions on one connection. */
export type Statement<T> = (sql: postgres.Sql) => PromiseLike<T>;

const connectMs = 10_000;
/** Beyond what PostgreSQL itself lets a statement take: nothing has come back, so nothing will. */
const answerMs = 40_000;

const closedError = (): Error =>
  Object.assign(new Error('The connection to the database was lost'), { code: 'CONNECTION_CLOSED' });

const dial = ({ host = '127.0.0.1', path, port = 5432 }: DatabaseAddress): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = path === undefined ? connect({ host, port }) : connect({ path });
    const late = Object.assign(new Error(`No connection to the database in ${connectMs} ms`), {
      code: 'CONNECT_TIMEOUT',
    });
    const timer = setTimeout(() => socket.destroy(late), connectMs);
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    };
    socket.once('connect', settle);
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
  });

/**
 * One connection to PostgreSQL, for its life. The driver reopens connections that closed, but a write that was waiting
 * at that moment leaves such a connection mute for good, one within a transaction ends the process or lets what follows
 * run outside of it (porsager/postgres #1208, #1216), and a server that hangs up at once is asked again without a pause
 * (#1193). So a link has one socket only, and is thrown away with it.
 */
export class Link {
  readonly sql: postgres.Sql;
  /** Why nothing more is sent over this link. */
  lost: Error | undefined;
  readonly #onLost: (link: Link) => void;
  readonly #pending = new Set<(error: Error) => void>();
  readonly #answerMs: number;
  #dialled = false;
  #socket: Socket | undefined;
  #ended = false;
  /** performance.now() of the last statement that was begun. */
  #askedAt = 0;
  /** Statements may take as long as they like. */
  patient = false;

  constructor(
    address: DatabaseAddress,
    options: postgres.Options<Record<string, postgres.PostgresType>> & { readonly answerMs?: number | undefined },
    onLost: (link: Link) => void,
  ) {
    this.#onLost = onLost;
    this.#answerMs = options.answerMs ?? answerMs;
    // The driver takes a function for `socket`, of which its types do not know.
    const own = { socket: () => this.#dial(address), onclose: () => this.lose(closedError()), max: 1 };
    this.sql = postgres({ ...options, ...own });
  }

  /** Runs a statement; it is settled when the link is lost, whatever the driver makes of it. */
  run<T>(statement: Statement<T>): Promise<T> {
    if (this.lost) return Promise.reject(this.lost);
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      this.#askedAt = performance.now();
      statement(this.sql).then(
        (result) => {
          this.#pending.delete(reject);
          resolve(result);
        },
        (error: unknown) => {
          this.#pending.delete(reject);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Whether a connection was ever made. */
  get reached(): boolean {
    return this.#socket !== undefined;
  }

  /** A route that is gone without a word leaves a connection mute for many minutes: it is given up. */
  loseIfMute(): void {
    if (this.patient || this.#pending.size === 0 || performance.now() - this.#askedAt < this.#answerMs) return;
    const error = new Error(`The database did not answer in ${this.#answerMs} ms`);
    this.lose(Object.assign(error, { code: 'CONNECT_TIMEOUT' }));
    this.#socket?.destroy();
  }

  lose(error: Error): void {
    if (this.lost) return;
    this.lost = error;
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
    this.#onLost(this);
    void this.end();
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.sql.end({ timeout: 0 });
    // The driver forgets a socket that it ended before it was ready.
    this.#socket?.destroySoon();
  }

  async #dial(address: DatabaseAddress): Promise<Socket> {
    try {
      // Asked again, the driver would open anew what closed before it was ready.
      if (this.#dialled) throw closedError();
      this.#dialled = true;
      const socket = await dial(address);
      if (this.#ended) {
        socket.destroy();
        throw closedError();
      }
      return (this.#socket = socket);
    } catch (error) {
      this.lose(error instanceof Error ? error : closedError());
      throw error;
    }
  }
}
