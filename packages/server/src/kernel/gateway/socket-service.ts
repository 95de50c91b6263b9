import type { IncomingMessage } from 'node:http';
import type { FaultCode } from '@messox/protocol';
import type { Identity } from '../auth/access-token.ts';
import type { Connection } from './connection.ts';

export type Admission = Identity | FaultCode | undefined;

/** What a path makes of its sockets. */
export interface SocketService {
  /** The subprotocol that is chosen when the client offers it; a client that offers only others is refused. */
  readonly subprotocol?: string;
  /**
   * Judges the upgrade before it happens: the identity where the request carries one, a fault to refuse it with, or
   * undefined where the client says later who it is. One that asks the database catches what can go wrong with that.
   */
  admit(request: IncomingMessage): Admission | Promise<Admission>;
  /** A socket is open. Returns what to do with its texts and its end. */
  open(connection: Connection, identity: Identity | undefined): SocketHandler;
}

export interface SocketHandler {
  onText(text: string): void;
  onClose(): void;
  /** Answers are owed to the client: a stop waits for them. */
  readonly busy?: boolean;
  /** The session of this socket was ended elsewhere: its id. */
  readonly identity: Identity | undefined;
  /** The server drains: tell the client to come back after this time, if the protocol can say it. */
  onDrain(afterMs: number): void;
  /** Called every few seconds, for what depends on time. */
  onTick?(now: number): void;
}
