import type { TimelineEntry } from '@messox/protocol';
import { printable } from '../../output/printable.ts';
import type { Style } from '../../output/style.ts';

const two = (number: number): string => String(number).padStart(2, '0');

/** Local time; the day only when it is not today. */
const timeText = (sentAt: string): string => {
  const at = new Date(sentAt);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === new Date().toDateString()) return clock;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
};

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
  return [`${style.dim(timeText(entry.sentAt))} ${first}`, ...more.map((line) => `      ${line}`)];
};
