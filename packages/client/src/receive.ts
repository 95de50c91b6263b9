import { type EventData, events, type TimelineEntry } from '@messox/protocol';
import type { Emitter } from './emitter.ts';
import { MessoxError } from './error.ts';
import type { ClientEvents } from './events.ts';
import type { HelloReply } from './socket/connection.ts';
import type { CatchUp } from './timeline/catch-up.ts';
import type { Timeline } from './timeline/timeline.ts';

export interface Receivers {
  readonly timeline: Timeline;
  readonly catchUp: CatchUp;
  readonly emitter: Emitter<ClientEvents>;
  /** Of the present connection, until its first `ready` was told. */
  readonly takeHello: () => HelloReply | undefined;
}

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);

const isOf = (data: unknown, ...names: readonly string[]): boolean =>
  typeof data === 'object' && data !== null && names.every((name) => isWhole((data as Record<string, unknown>)[name]));

/**
 * Brings each event of the server to whom it concerns. Only what this client itself relies on is checked: kinds of
 * entries and fields that it does not know are for the app to ignore.
 */
export const receiver = ({
  timeline,
  catchUp,
  emitter,
  takeHello,
}: Receivers): ((name: string, data: unknown) => void) => {
  const handlers: Readonly<Record<string, (data: unknown) => boolean>> = {
    [events.timelineEntryEvent.name]: (data) => {
      if (!isOf(data, 'channelId', 'seq')) return false;
      if (!timeline.entry(data as TimelineEntry)) catchUp.want();
      return true;
    },
    [events.timelineReset.name]: (data) => {
      if (!isOf(data, 'channelId', 'head') || !Array.isArray((data as { entries?: unknown }).entries)) return false;
      timeline.reset(data as EventData<typeof events.timelineReset>);
      return true;
    },
    [events.channelAdded.name]: (data) => {
      const { channel } = (data ?? {}) as EventData<typeof events.channelAdded>;
      if (!isOf(channel, 'id')) return false;
      timeline.added(channel);
      return true;
    },
    [events.channelRemoved.name]: (data) => {
      if (!isOf(data, 'channelId')) return false;
      timeline.removed((data as EventData<typeof events.channelRemoved>).channelId);
      return true;
    },
    [events.ready.name]: () => {
      catchUp.ready();
      const hello = takeHello();
      if (hello) void emitter.emit('ready', hello);
      return true;
    },
    [events.receipt.name]: (data) => pass('receipt', data),
    [events.typing.name]: (data) => pass('typing', data),
    [events.presence.name]: (data) => pass('presence', data),
    [events.sessionExpiring.name]: (data) => pass('sessionExpiring', data),
    // The connection's own.
    [events.reconnect.name]: () => true,
  };
  const pass = (name: 'receipt' | 'typing' | 'presence' | 'sessionExpiring', data: unknown): boolean => {
    if (typeof data !== 'object' || data === null) return false;
    void emitter.emit(name, data as never);
    return true;
  };
  return (name, data) => {
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (!handler) void emitter.emit('event', { name, data });
    else if (!handler(data))
      void emitter.emit('problem', new MessoxError('invalid_answer', { details: { event: name } }));
  };
};
