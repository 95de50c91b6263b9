import type { TimelineEntry } from '@messox/protocol';
import { localTime } from '../../output/local-time.ts';
import { printable } from '../../output/printable.ts';
import { hang } from '../../output/wrap.ts';
import type { Style } from '../../output/style.ts';

const said = (entry: TimelineEntry, name: (userId: number) => string): string | undefined => {
  const sender = name(entry.senderId);
  switch (entry.kind) {
    case 'message':
      return `${sender}: ${entry.deletedAt === undefined ? entry.text : '(deleted)'}${entry.editedAt === undefined ? '' : ' (edited)'}`;
    case 'message.edited':
      return `${sender} changed message ${entry.targetSeq} to: ${entry.text}`;
    case 'message.deleted':
      return `${sender} deleted message ${entry.targetSeq}`;
    case 'reaction.added':
      return `${sender} reacts to message ${entry.targetSeq} with ${entry.emoji}`;
    case 'member.joined':
      return `${name(entry.userId)} is in`;
    case 'member.left':
      return entry.newOwnerId === undefined
        ? `${name(entry.userId)} has left`
        : `${name(entry.userId)} has left; ${name(entry.newOwnerId)} owns the channel now`;
    case 'channel.changed':
      return `${sender} calls the channel ${entry.name}`;
    default:
      return undefined;
  }
};

/** An entry of a channel as lines; none for what people are not told. Nothing in it can steer the terminal. */
export const renderEntry = (entry: TimelineEntry, name: (userId: number) => string, style: Style): string[] => {
  const text = said(entry, name);
  if (text === undefined) return [];
  const [first = '', ...more] = text.split(/\r\n|\n/).map(printable);
  const time = localTime(Date.parse(entry.sentAt), { seconds: false });
  return [
    ...hang(`${style.dim(time)} `, first, style.width),
    ...more.flatMap((line) => hang('      ', line, style.width)),
  ];
};
