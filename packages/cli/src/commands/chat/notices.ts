import type { Client } from '@messox/client';
import type { Channel, TimelineEntry } from '@messox/protocol';
import type { Context } from '../../framework/context.ts';
import { commandLine } from '../../output/command-line.ts';
import { printable } from '../../output/printable.ts';

/** Who talks with whom, and where. */
export const titleOf = ({ id, kind, members = [], name = '' }: Channel, { user }: Client): string => {
  const others = members.filter((member) => member.id !== user?.id).map(({ displayName }) => displayName);
  const what = kind === 'self' ? 'your notes' : kind === 'group' ? name : others.join(', ');
  return printable(`${user?.displayName ?? ''} and ${what} (channel ${id})`);
};

/** Tells when the connection goes and comes, until the function that is returned is called. */
export const tellStatus = (client: Client, say: (text: string) => void): (() => void) => {
  let isLost = false;
  return client.on('status', ({ status }) => {
    if (status === 'offline' && !isLost) say('The connection is lost; what you write waits for it.');
    if (status === 'live' && isLost) say('The connection is back.');
    isLost = status === 'offline' || (isLost && status !== 'live');
  });
};

/** Tells once of each other channel in which somebody writes. */
export const tellElsewhere = (context: Context, client: Client, say: (text: string) => void) => {
  const told = new Set<number>();
  return ({ channelId, kind, senderId }: TimelineEntry): void => {
    if (kind !== 'message' || senderId === client.user?.id || told.has(channelId)) return;
    told.add(channelId);
    const line = commandLine(context, 'chat', '--as', client.user?.username ?? '', '--channel', String(channelId));
    say(`Somebody writes to you in channel ${channelId}: ${printable(line)}`);
  };
};
