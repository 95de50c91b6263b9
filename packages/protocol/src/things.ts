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
  createdAt: p.time,
});
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
  readSeq: p.cursor.meta({ description: 'How far this user has read.' }),
  lastMessage: messageEntry.optional(),
  createdAt: p.time,
  activeAt: p.time,
});

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
export type Session = z.infer<typeof session>;
export type Tokens = z.infer<typeof tokens>;
