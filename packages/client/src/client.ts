import type { OpContract, OpData, OpReply, ops, OwnUser, Presence, rest } from '@messox/protocol';
import type { ClientEvents } from './events.ts';
import type { UnsentMessage } from './outbox/unsent.ts';
import type { Api } from './rest/api.ts';
import type { Input } from './rest/call.ts';
import type { Status } from './socket/connection.ts';

type NewMessage = Omit<UnsentMessage, 'clientId'>;
type Place = OpData<typeof ops.messageDelete>;

/** A message on its way. */
export interface Sending {
  /** By this the sender's own entry is known when it comes. */
  readonly clientId: string;
  /** Resolves when the server has it for good; pending across lost connections. @throws MessoxError of the refusal */
  readonly stored: Promise<{ readonly seq: number; readonly sentAt: string }>;
}

export interface Client {
  /** Who is logged in. */
  readonly user: OwnUser | undefined;
  readonly status: Status;
  /** The REST calls. */
  readonly api: Api;
  /** Calls `handler` with every event of this name, until the function that is returned is called. */
  on<K extends keyof ClientEvents>(name: K, handler: (data: ClientEvents[K]) => unknown): () => void;

  register(account: Omit<Input<typeof rest.register, 'body'>, 'client'>): Promise<OwnUser>;
  /** Logs in; a socket of somebody else is closed. */
  login(account: Omit<Input<typeof rest.login, 'body'>, 'client'>): Promise<OwnUser>;
  /** Who was logged in when the program ended, by `tokens` or `storage`. `connect` and `api` look for themselves. */
  restore(): Promise<OwnUser | undefined>;
  /** Changes the tokens now; it happens by itself in time. */
  refresh(): Promise<void>;
  /** Ends the session and forgets all that is kept here, also where the server cannot be told: then it throws. */
  logout(): Promise<void>;

  /** Opens the socket and keeps it open; where it waits to try again, it tries now. Resolves when the client is live. @throws MessoxError logged_out, cancelled (by `close`) */
  connect(): Promise<void>;
  /** Closes the socket. What is unsent stays, and goes out after another `connect`. */
  close(): Promise<void>;

  /** Sends a message, now or when there is a connection. */
  send(message: NewMessage): Sending;
  /** What the server has not confirmed yet, by channel in the order of sending. */
  unsent(): readonly UnsentMessage[];
  /** Takes an unsent message back; false when there is none. One that was on its way may have been stored. */
  cancel(clientId: string): boolean;

  /** Asks by the socket, waiting for it when it is just being opened. @throws MessoxError; `unreachable` and `timed_out` leave the outcome open */
  request<C extends OpContract>(contract: C, data: OpData<C>): Promise<OpReply<C>>;
  edit(change: OpData<typeof ops.messageEdit>): Promise<Place>;
  delete(message: Place): Promise<Place>;
  react(reaction: OpData<typeof ops.reactionAdd>): Promise<Place>;
  unreact(reaction: OpData<typeof ops.reactionRemove>): Promise<Place>;
  /** I have read up to here. */
  markRead(upTo: OpData<typeof ops.readMark>): Promise<void>;
  /** These are the users that the app shows: `presence` tells of them from now on, also on later connections. Resolves with how they are now. */
  watchPresence(userIds: readonly number[]): Promise<readonly Presence[]>;
  /** I am writing. Worth nothing later: without a connection nothing happens. */
  typing(channelId: number): void;
}
