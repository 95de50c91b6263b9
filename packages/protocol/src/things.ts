import { z } from 'zod';
import { messageEntry } from './entries.ts';
import * as p from './primitives.ts';

/** A user as others see it. */
export const user = z.object({
  id: p.id,
  username: z.string(),
  displayName: z.string(),
});
/** A user as it sees itself. */
export const ownUser = user.extend({
  bio: z.string(),
  avatarId: z.string().nullable(),
  presence: p.sharing,
  createdAt: p.time,
});
/** Whether a user is there. */
export const presence = z.object({
  userId: p.id,
  state: z.enum(['online', 'offline', 'unknown']).meta({
    description: 'unknown: it may not be seen, or there is no such user.',
  }),
  lastSeenAt: p.time.optional().meta({ description: 'Of one who is offline, to the minute.' }),
});
/** How far a member has read and received a channel. */
export const receipt = z.object({ channelId: p.id, userId: p.id, readSeq: p.cursor, deliveredSeq: p.cursor });
export const channelKind = z.enum(['direct', 'group', 'self']);

/** A channel as one of its members sees it. */
export const channel = z.object({
  id: p.id,
  kind: channelKind,
  name: z.string().optional().meta({ description: 'Of a group.' }),
  members: z
    .array(user)
    .optional()
    .meta({ description: 'Of a direct channel: both. Of a group: ask for its members.' }),
  memberCount: z.int().min(0),
  head: p.cursor.meta({ description: 'The seq of the newest entry; 0 when nothing has happened yet.' }),
  readSeq: p.cursor.meta({ description: 'How far this user has read; an own message says so, too.' }),
  deliveredSeq: p.cursor.meta({ description: 'How far a device of this user has received it.' }),
  unreadCount: z.int().min(0).meta({
    description:
      'Messages of others that are not deleted, after `readSeq` and after the newest own message; as many as `unreadMax` means that many or more.',
  }),
  receipts: z.array(receipt).optional().meta({ description: 'Of a direct channel: how far both are.' }),
  lastMessage: messageEntry.optional(),
  createdAt: p.time,
  activeAt: p.time,
});

/** A user whom one does not want to hear from. */
export const block = z.object({ user, blockedAt: p.time });

export const session = z.object({
  id: z.string(),
  client: z.string().meta({ description: 'What the client called itself at login.' }),
  createdAt: p.time,
  seenAt: p.time,
  current: z.boolean(),
});

export const tokens = z.object({
  user: ownUser,
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresInMs: z.int().min(0).meta({ description: 'Life of the access token.' }),
});

export type User = z.infer<typeof user>;
export type OwnUser = z.infer<typeof ownUser>;
export type Channel = z.infer<typeof channel>;
export type ChannelKind = z.infer<typeof channelKind>;
export type Presence = z.infer<typeof presence>;
export type Receipt = z.infer<typeof receipt>;
export type Sharing = z.infer<typeof p.sharing>;
export type Block = z.infer<typeof block>;
export type Session = z.infer<typeof session>;
export type Tokens = z.infer<typeof tokens>;
