import type { EventData, events, MessageEntry, Role, TimelineEntry } from '@messox/protocol';

type WithoutPlace<E> = E extends TimelineEntry ? Omit<E, 'seq' | 'sentAt'> : never;
/** An entry before it has its place. */
export type NewEntry = WithoutPlace<TimelineEntry>;

interface Moment {
  /** Milliseconds of one monotonic clock for the whole history. */
  readonly at: number;
}

/** Somebody asks for an entry, just before the request leaves. A message that is sent again is another call with the same `clientId`. */
export interface Invoke extends Moment {
  readonly type: 'invoke';
  /** Unique in the history. */
  readonly call: string;
  readonly entry: NewEntry;
  /** Calls of one lane that are acknowledged have their places in the order in which they were made. */
  readonly lane?: string;
}

/** The call was acknowledged. */
export interface Ok extends Moment {
  readonly type: 'ok';
  readonly call: string;
  /** As answered: where the entry stands; for a change that changed nothing, where its target stands. */
  readonly seq?: number;
}

/** The call was refused for good. */
export interface Fail extends Moment {
  readonly type: 'fail';
  readonly call: string;
  readonly code?: string;
}

/** Nobody knows what became of the call: a timeout, a lost connection. A call without any end is the same. */
export interface Info extends Moment {
  readonly type: 'info';
  readonly call: string;
}

/**
 * A stream of events begins: one socket, just before its `hello` leaves, or what an app was handed by its client in one
 * life, across all sockets.
 */
export interface Open extends Moment {
  readonly type: 'open';
  /** Unique in the history. */
  readonly session: string;
  readonly userId: number;
  /** As in `hello`. */
  readonly cursors?: Readonly<Record<string, number>>;
}

/** A `sync`, just before it leaves: the stream may go back to these cursors once. */
export interface Sync extends Moment {
  readonly type: 'sync';
  readonly session: string;
  readonly cursors: Readonly<Record<string, number>>;
}

/** The event `timeline.entry`. */
export interface Recv extends Moment {
  readonly type: 'recv';
  readonly session: string;
  readonly entry: TimelineEntry;
}

/** The event `timeline.reset`. */
export interface Reset extends Moment, EventData<typeof events.timelineReset> {
  readonly type: 'reset';
  readonly session: string;
}

/** The event `channel.removed`. */
export interface Removed extends Moment {
  readonly type: 'removed';
  readonly session: string;
  readonly channelId: number;
}

/** The event `ready`. */
export interface Ready extends Moment {
  readonly type: 'ready';
  readonly session: string;
}

/** The stream ended. One that did not must be whole in the end. */
export interface Close extends Moment {
  readonly type: 'close';
  readonly session: string;
}

/** A page of a channel's messages as REST answered it. */
export interface Page extends Moment {
  readonly type: 'page';
  /** When it was asked for; `at` is when it was answered. */
  readonly startedAt: number;
  readonly userId: number;
  readonly channelId: number;
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
  readonly head: number;
  readonly messages: readonly MessageEntry[];
  /** Which process answered. */
  readonly by?: string;
}

/** The whole timeline of a channel after everything was quiet, as catch-up tells it. Several of one channel must agree. */
export interface FinalTimeline extends Moment {
  readonly type: 'timeline';
  readonly channelId: number;
  readonly entries: readonly TimelineEntry[];
  readonly by?: string;
}

/** All of a channel as REST tells it after everything was quiet. */
export interface FinalSnapshot extends Moment {
  readonly type: 'snapshot';
  readonly channelId: number;
  readonly head: number;
  readonly messages: readonly MessageEntry[];
  readonly name?: string;
  readonly members?: readonly { readonly id: number; readonly role: Role }[];
  readonly by?: string;
}

export type SessionRecord = Open | Sync | Recv | Reset | Removed | Ready | Close;

/** One line of a history. Texts may be hashes of texts, as long as they are so everywhere. */
export type HistoryRecord = Invoke | Ok | Fail | Info | SessionRecord | Page | FinalTimeline | FinalSnapshot;
