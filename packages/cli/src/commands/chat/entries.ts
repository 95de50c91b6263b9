import type { Client } from '@messox/client';
import type { TimelineEntry } from '@messox/protocol';

export interface Listener {
  /** The next entry of the channel. */
  readonly here: (entry: TimelineEntry) => void;
  /** One of another channel. */
  readonly elsewhere: (entry: TimelineEntry) => void;
}

export interface Entries {
  /** From now on `listener` is called; first with what came in the channel after `seq`. */
  readonly open: (channelId: number, seq: number, listener: Listener) => void;
}

/** Keeps what happens on the socket from before it is connected, so that nothing is missed while the history is read. */
export const keepEntries = (client: Client): Entries => {
  const kept: TimelineEntry[] = [];
  let take = (entry: TimelineEntry): void => void kept.push(entry);
  client.on('entry', (entry) => take(entry));
  // What is too long ago to be handed on one by one: its newest entries are.
  client.on('reset', ({ entries }) => {
    for (const entry of entries) take(entry);
  });
  return {
    open: (channelId, seq, { here, elsewhere }) => {
      let last = seq;
      const takeHere = (entry: TimelineEntry): void => {
        if (entry.seq <= last) return;
        last = entry.seq;
        here(entry);
      };
      for (const entry of kept.splice(0)) if (entry.channelId === channelId) takeHere(entry);
      take = (entry) => (entry.channelId === channelId ? takeHere(entry) : elsewhere(entry));
    },
  };
};
