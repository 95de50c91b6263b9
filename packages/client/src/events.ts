import type { EventData, events, TimelineEntry } from '@messox/protocol';
import type { MessoxError } from './error.ts';
import type { FailedMessage, SentMessage } from './outbox/unsent.ts';
import type { HelloReply, StatusChange } from './socket/connection.ts';

/** What a client tells its app. A handler may return a promise: what it was given counts as handled when that settles. */
export interface ClientEvents {
  /** The next entry of a channel: each once, in the order of seq. */
  entry: TimelineEntry;
  /** Drop what you hold of this channel and start from these entries. */
  reset: EventData<typeof events.timelineReset>;
  /** The user is in a channel that was not known here; a `reset` with its newest entries follows. */
  channelAdded: EventData<typeof events.channelAdded>;
  /** The user is no longer in this channel. */
  channelRemoved: EventData<typeof events.channelRemoved>;
  /** Everything missed was handed over; what follows is live. Once for each connection. */
  ready: HelloReply;
  status: StatusChange;
  /** A member writes; it is over after `forMs`, or with a message of theirs after `head`. */
  typing: EventData<typeof events.typing>;
  /** How far a member has read and received a channel; after a lost connection also what moved meanwhile. */
  receipt: EventData<typeof events.receipt>;
  /** Somebody of `watchPresence` came or went; after a lost connection everybody of it. */
  presence: EventData<typeof events.presence>;
  /** The session reaches its greatest age soon: log in again. */
  sessionExpiring: EventData<typeof events.sessionExpiring>;
  /** The server has ended the session: log in again. What was not sent yet waits for that. */
  loggedOut: MessoxError;
  /** A message of `send` is stored for good. */
  sent: SentMessage;
  /** A message of `send` was refused for good. */
  sendFailed: FailedMessage;
  /** An event that is not of this contract, like one of a server's own module. */
  event: { readonly name: string; readonly data: unknown };
  /** Something that the client lives with but somebody should know: a storage that fails, a frame that the server refuses. */
  problem: unknown;
}
