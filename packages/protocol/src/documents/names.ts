import { z } from 'zod';
import * as entries from '../entries.ts';
import { messageSend, request } from '../ops.ts';
import * as p from '../primitives.ts';
import * as things from '../things.ts';
import { problem, replyError } from './frames.ts';

type Named = readonly [schema: z.ZodType, id: string, description: string];

const named: readonly Named[] = [
  [p.id, 'id', 'The id of a user or channel.'],
  [p.seq, 'seq', 'A place in the timeline of a channel: 1, 2, 3, … without a gap.'],
  [p.cursor, 'cursor', 'The last seq that a client holds; 0 holds nothing.'],
  [p.cursors, 'cursors', 'Channel id to cursor.'],
  [p.heads, 'heads', 'Channel id to the seq of its newest entry.'],
  [p.time, 'time', 'RFC 3339 in UTC with milliseconds.'],
  [p.uuid, 'uuid', 'A UUID that the client makes (RFC 9562).'],
  [
    p.username,
    'username',
    'Letters, marks and digits of any script, with single spaces, `.`, `_` or `-` between them. Unique, whatever the case.',
  ],
  [p.password, 'password', 'Any text.'],
  [p.displayName, 'displayName', 'Free text without control or direction-changing characters.'],
  [p.bio, 'bio', 'What a user says about itself.'],
  [p.channelName, 'channelName', 'The name of a group.'],
  [p.messageText, 'messageText', 'The text of a message, kept and handed on byte for byte.'],
  [p.emoji, 'emoji', 'A reaction.'],
  [p.meta, 'meta', 'Data of a message for programs: a JSON object that people do not see.'],
  [p.meta.valueType, 'json', 'Any JSON.'],
  [entries.role, 'role', 'What a member is in a channel.'],
  [entries.reaction, 'reaction', 'One emoji on a message, and who put it there.'],
  [entries.timelineEntry, 'timelineEntry', 'Everything that happens in a channel and must not be missed.'],
  [entries.messageEntry, 'messageEntry', 'A message as it now stands: edits, deletion and reactions folded in.'],
  [things.user, 'user', 'A user as others see it.'],
  [things.ownUser, 'ownUser', 'A user as it sees itself.'],
  [things.channelKind, 'channelKind', '`self` is the own channel of a user: notes, and what happens to the account.'],
  [things.channel, 'channel', 'A channel as one of its members sees it.'],
  [things.block, 'block', 'A user whom one does not want to hear from, and since when.'],
  [things.session, 'session', 'One login of the own account.'],
  [things.tokens, 'tokens', 'What a login gives.'],
  [messageSend.reply, 'messageSent', 'Where the message stands; `duplicate` when it was stored before.'],
  [request.shape.id, 'requestId', 'What the client likes; the reply has the same.'],
  [problem, 'problem', 'Why a call was refused (RFC 9457).'],
  [replyError, 'error', 'Why a request was refused.'],
];

const camelCase = (words: string): string => words.replace(/[._-](\w)/g, (_, letter: string) => letter.toUpperCase());

/** The other kinds of entry have a name of their own each, so that a generated client gets a type of each. */
const entryKinds = entries.timelineEntry.options.flatMap((option): Named[] => {
  const kind = option.shape.kind.value;
  return kind === 'message' ? [] : [[option, `${camelCase(kind)}Entry`, `An entry of the kind \`${kind}\`.`]];
});

type Meta = Record<string, unknown>;

/** Adds names to what schemas say of themselves, without touching zod's registry, which every program shares. */
class NameRegistry extends z.core.$ZodRegistry<Meta> {
  override get(schema: z.core.$ZodType): Meta {
    return { ...z.globalRegistry.get(schema), ...(this.has(schema) ? super.get(schema) : undefined) };
  }
}

/** What shared schemas are called in the documents. */
export const schemaNames: z.core.$ZodRegistry<Meta> = new NameRegistry();
for (const [schema, id, description] of [...named, ...entryKinds]) schemaNames.add(schema, { id, description });
