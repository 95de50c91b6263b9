import type { EventData, events } from '@messox/protocol';
import { head } from './channel.ts';
import { limits, type World } from './world.ts';

export type ResetReason = EventData<typeof events.timelineReset>['reason'];

/** What a session is told besides entries. */
export interface News {
  readonly added: Set<number>;
  readonly removed: Set<number>;
  readonly resets: Map<number, ResetReason>;
}

export const noNews = (): News => ({ added: new Set(), removed: new Set(), resets: new Map() });

export interface Held {
  /** Undefined: the client asks for what happens from now on. */
  readonly cursors: ReadonlyMap<number, number> | undefined;
  readonly otherEpoch?: boolean;
  /** A `sync`: of the channels that it names alone. */
  readonly isSync?: boolean;
}

/** What the contract says that a client is told which holds this. */
export const expectedNews = (world: World, userId: number, { cursors, isSync, otherEpoch }: Held): News => {
  const news = noNews();
  if (!cursors) return news;
  for (const channel of world.channelsOf(userId)) {
    const cursor = cursors.get(channel.id);
    const reset = (reason: ResetReason): unknown => news.resets.set(channel.id, reason);
    if (cursor === undefined) {
      if (isSync) continue;
      news.added.add(channel.id);
      reset('new');
    } else if (otherEpoch) reset('epoch');
    else if (cursor > head(channel)) reset('ahead');
    else if (head(channel) - cursor > limits.catchUpEntries) reset('behind');
  }
  for (const channelId of cursors.keys())
    if (!world.channels.get(channelId)?.members.has(userId)) news.removed.add(channelId);
  return news;
};
