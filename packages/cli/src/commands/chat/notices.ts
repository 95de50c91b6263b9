import type { Client } from '@messox/client';
import type { Channel, TimelineEntry } from '@messox/protocol';
import { command } from '../../output/command-line.ts';
import { printable } from '../../output/printable.ts';

/** Who talks with whom, and where. */
export const titleOf = ({ id, kind, members = [], name = '' }: Channel, { user }: Client): string => {
  const others = members.filter((member) => member.id !== user?.id).map(({ displayName }) => displayName);
  if (kind === 'self') return `Your notes (channel ${id})`;
  const what = kind === 'group' ? name : others.join(', ');
  return printable(`${user?.displayName ?? ''} and ${what} (channel ${id})`);
};

const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1_000))} s`;

export interface StatusNotices {
  /** Tries to come back at once, where there is no connection, and tells what comes of it, of a try that is under way too. */
  readonly hurry: () => void;
  readonly stop: () => void;
}

/** Tells when the connection goes and comes. A client that was told to close says nothing here. */
export const tellStatus = (client: Client, say: (text: string) => void): StatusNotices => {
  let isLost = false;
  let isAsked = false;
  const stop = client.on('status', (change) => {
    if (change.status === 'live') {
      if (isLost) say('The connection is back.');
      isLost = false;
      isAsked = false;
    }
    if (change.status !== 'offline' || change.retryInMs === undefined) return;
    const next = `trying again in ${seconds(change.retryInMs)}, or when you press Enter.`;
    if (!isLost) say(`The connection is lost; what you write waits for it. It is coming back by itself: ${next}`);
    else if (isAsked) say(`There is no answer yet; ${next}`);
    isLost = true;
    isAsked = false;
  });
  const hurry = (): void => {
    if (client.status === 'live') return;
    isAsked = true;
    if (client.status === 'offline') void client.connect();
  };
  return { hurry, stop };
};

/** Tells once of each other channel in which somebody writes. */
export const tellElsewhere = (client: Client, say: (text: string) => void) => {
  const told = new Set<number>();
  return ({ channelId, kind, senderId }: TimelineEntry): void => {
    if (kind !== 'message' || senderId === client.user?.id || told.has(channelId)) return;
    told.add(channelId);
    const line = command('chat', '--as', client.user?.username ?? '', '--channel', String(channelId));
    say(`Somebody writes to you in channel ${channelId}: ${line}`);
  };
};
