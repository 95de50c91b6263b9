import type { EntryKind, MessageEntry } from '@messox/protocol';

/** A row of `messages` as the timeline's statements read it. */
export interface MessageRow {
  channel_id: number;
  seq: number;
  sender_id: number;
  client_id: string;
  sent_at: Date;
  text: string;
  reply_to: number | null;
  meta: Record<string, unknown> | null;
  edited_at: Date | null;
  deleted_at: Date | null;
  reactions: Record<string, number[]> | null;
}

/** A row of `channel_events`. */
export interface EventRow {
  channel_id: number;
  seq: number;
  kind: EntryKind;
  sender_id: number;
  sent_at: Date;
  body: Record<string, unknown>;
}

let last = { ms: NaN, text: '' };

/** A time as clients get it; the messages of a batch have the same. */
export const timeText = (time: Date): string => {
  const ms = time.getTime();
  if (ms !== last.ms) last = { ms, text: time.toISOString() };
  return last.text;
};

const head = (channelId: number, seq: number, kind: string, senderId: number, sentAt: Date): string =>
  `{"channelId":${channelId},"seq":${seq},"kind":"${kind}","senderId":${senderId},"sentAt":"${timeText(sentAt)}"`;

const reactionsOf = (reactions: Record<string, number[]>): { emoji: string; userIds: number[] }[] =>
  Object.entries(reactions).map(([emoji, userIds]) => ({ emoji, userIds }));

/**
 * A message entry as clients get it (`messageEntry` of the protocol), written by hand: it is the hottest
 * serialisation of the server.
 */
export const messageJson = (row: MessageRow): string => {
  let json = `${head(row.channel_id, row.seq, 'message', row.sender_id, row.sent_at)},"clientId":"${row.client_id}","text":${JSON.stringify(row.text)}`;
  if (row.reply_to !== null) json += `,"replyTo":${row.reply_to}`;
  if (row.meta !== null) json += `,"meta":${JSON.stringify(row.meta)}`;
  if (row.edited_at !== null) json += `,"editedAt":"${row.edited_at.toISOString()}"`;
  if (row.deleted_at !== null) json += `,"deletedAt":"${row.deleted_at.toISOString()}"`;
  if (row.reactions !== null) json += `,"reactions":${JSON.stringify(reactionsOf(row.reactions))}`;
  return `${json}}`;
};

/** Any other entry as clients get it. */
export const eventJson = (row: EventRow): string => {
  const fields = JSON.stringify(row.body);
  const start = head(row.channel_id, row.seq, row.kind, row.sender_id, row.sent_at);
  return fields === '{}' ? `${start}}` : `${start},${fields.slice(1)}`;
};

/** The same as an object, for answers that hold messages. */
export const messageEntryOf = (row: MessageRow): MessageEntry => ({
  channelId: row.channel_id,
  seq: row.seq,
  kind: 'message',
  senderId: row.sender_id,
  sentAt: timeText(row.sent_at),
  clientId: row.client_id,
  text: row.text,
  ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
  ...(row.meta === null ? {} : { meta: row.meta as MessageEntry['meta'] }),
  ...(row.edited_at === null ? {} : { editedAt: row.edited_at.toISOString() }),
  ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at.toISOString() }),
  ...(row.reactions === null ? {} : { reactions: reactionsOf(row.reactions) }),
});
