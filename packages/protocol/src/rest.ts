import { z } from 'zod';
import { defineRoute } from './contract.ts';
import { messageEntry, role } from './entries.ts';
import { defaultLimits } from './limits.ts';
import { messageSend } from './ops.ts';
import * as p from './primitives.ts';
import * as t from './things.ts';

const root = '/api/v1';
const credentials = { username: p.username, password: p.password };
const byChannel = z.object({ channelId: p.id });
const byMessage = z.object({ channelId: p.id, seq: p.seq });
const page = z.int().min(1).max(defaultLimits.listPage).default(50);
const client = p
  .text({ max: 100 })
  .optional()
  .meta({ description: 'What the client calls itself, for the list of sessions.' });

export const register = defineRoute({
  name: 'auth.register',
  method: 'POST',
  path: `${root}/auth/register`,
  summary: 'Make an account and log in.',
  auth: 'none',
  body: z.object({
    ...credentials,
    displayName: p.displayName.optional(),
    invite: p.text({ max: 200 }).optional(),
    client,
  }),
  answers: { 201: t.tokens },
  faults: [
    'username_taken',
    'username_confusable',
    'registration_closed',
    'invite_required',
    'rate_limited',
    'overloaded',
  ],
});

export const login = defineRoute({
  name: 'auth.login',
  method: 'POST',
  path: `${root}/auth/login`,
  summary: 'Log in.',
  auth: 'none',
  body: z.object({ ...credentials, client }),
  answers: { 200: t.tokens },
  faults: ['invalid_credentials', 'account_disabled', 'rate_limited', 'overloaded'],
});

export const refresh = defineRoute({
  name: 'auth.refresh',
  method: 'POST',
  path: `${root}/auth/refresh`,
  summary: 'Change both tokens for new ones. A refresh token used twice revokes its session.',
  auth: 'none',
  body: z.object({ refreshToken: z.string().min(1).max(200) }),
  answers: { 200: t.tokens },
  faults: ['invalid_refresh_token', 'account_disabled'],
});

export const logout = defineRoute({
  name: 'auth.logout',
  method: 'POST',
  path: `${root}/auth/logout`,
  summary: 'End this session; its sockets close with 4401.',
  auth: 'user',
  answers: { 204: null },
  faults: [],
});

export const getMe = defineRoute({
  name: 'users.getMe',
  method: 'GET',
  path: `${root}/users/me`,
  summary: 'The own account.',
  auth: 'user',
  answers: { 200: t.ownUser },
  faults: [],
});

export const updateMe = defineRoute({
  name: 'users.updateMe',
  method: 'PATCH',
  path: `${root}/users/me`,
  summary: 'Change the own account; what is not named stays.',
  auth: 'user',
  body: z.object({ displayName: p.displayName.optional(), bio: p.bio.optional(), presence: p.sharing.optional() }),
  answers: { 200: t.ownUser },
  faults: [],
});

export const findUsers = defineRoute({
  name: 'users.find',
  method: 'GET',
  path: `${root}/users`,
  summary: 'Users whose username or display name begins with these characters.',
  auth: 'user',
  query: z.object({ query: p.text({ min: 1, max: defaultLimits.displayNameCodePoints }), limit: page }),
  answers: { 200: z.object({ users: z.array(t.user) }) },
  faults: [],
});

export const listSessions = defineRoute({
  name: 'sessions.list',
  method: 'GET',
  path: `${root}/sessions`,
  summary: 'Where the own account is logged in, newest first.',
  auth: 'user',
  answers: { 200: z.object({ sessions: z.array(t.session) }) },
  faults: [],
});

export const endSession = defineRoute({
  name: 'sessions.end',
  method: 'DELETE',
  path: `${root}/sessions/{sessionId}`,
  summary: 'End one of the own sessions; its sockets close with 4401.',
  auth: 'user',
  params: z.object({ sessionId: p.text({ max: 100 }) }),
  answers: { 204: null },
  faults: ['not_found'],
});

export const createChannel = defineRoute({
  name: 'channels.create',
  method: 'POST',
  path: `${root}/channels`,
  summary: 'Open the direct channel with a user (200 when it exists), or make a group.',
  auth: 'user',
  body: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('direct'), userId: p.id }),
    z.object({
      kind: z.literal('group'),
      name: p.channelName,
      memberIds: z.array(p.id).max(defaultLimits.groupMembers),
    }),
  ]),
  answers: { 200: t.channel, 201: t.channel },
  faults: ['user_not_found', 'forbidden', 'group_full', 'too_many_channels'],
});

export const listChannels = defineRoute({
  name: 'channels.list',
  method: 'GET',
  path: `${root}/channels`,
  summary: 'The own channels, newest activity first.',
  auth: 'user',
  query: z.object({
    limit: page,
    after: z.string().max(100).optional().meta({ description: '`next` of the page before.' }),
  }),
  answers: { 200: z.object({ channels: z.array(t.channel), next: z.string().optional() }) },
  faults: [],
});

export const getChannel = defineRoute({
  name: 'channels.get',
  method: 'GET',
  path: `${root}/channels/{channelId}`,
  summary: 'One of the own channels.',
  auth: 'user',
  params: byChannel,
  answers: { 200: t.channel },
  faults: ['channel_not_found'],
});

export const updateChannel = defineRoute({
  name: 'channels.update',
  method: 'PATCH',
  path: `${root}/channels/{channelId}`,
  summary: 'Rename a group; for its owner and admins.',
  auth: 'user',
  params: byChannel,
  body: z.object({ name: p.channelName }),
  answers: { 200: t.channel },
  faults: ['channel_not_found', 'forbidden'],
});

export const listMembers = defineRoute({
  name: 'members.list',
  method: 'GET',
  path: `${root}/channels/{channelId}/members`,
  summary: 'Who is in a channel, by user id.',
  auth: 'user',
  params: byChannel,
  query: z.object({
    limit: page,
    after: p.cursor.default(0).meta({ description: 'The last user id of the page before.' }),
  }),
  answers: { 200: z.object({ members: z.array(t.user.extend({ role })) }) },
  faults: ['channel_not_found'],
});

export const listReceipts = defineRoute({
  name: 'receipts.list',
  method: 'GET',
  path: `${root}/channels/{channelId}/receipts`,
  summary: 'How far the members of a channel have read and received it, by user id.',
  auth: 'user',
  params: byChannel,
  query: z.object({
    limit: page,
    after: p.cursor.default(0).meta({ description: 'The last user id of the page before.' }),
  }),
  answers: { 200: z.object({ receipts: z.array(t.receipt) }) },
  faults: ['channel_not_found'],
});

export const findReceipts = defineRoute({
  name: 'receipts.find',
  method: 'GET',
  path: `${root}/receipts`,
  summary: 'What moved since: the own marks of all channels, and those of the others in direct ones.',
  auth: 'user',
  query: z.object({
    since: p.time.optional().meta({ description: '`at` of the answer before; without it, all marks.' }),
  }),
  answers: {
    200: z.object({
      receipts: z.array(t.receipt),
      at: p.time.meta({ description: 'The `since` of the next time. Some marks may come twice.' }),
    }),
  },
  faults: [],
});

export const addMembers = defineRoute({
  name: 'members.add',
  method: 'POST',
  path: `${root}/channels/{channelId}/members`,
  summary: 'Add users to a group; for its owner and admins. Who is in already stays as is.',
  auth: 'user',
  params: byChannel,
  body: z.object({ userIds: z.array(p.id).min(1).max(defaultLimits.listPage) }),
  answers: { 200: t.channel },
  faults: ['channel_not_found', 'forbidden', 'user_not_found', 'group_full', 'too_many_channels'],
});

export const removeMember = defineRoute({
  name: 'members.remove',
  method: 'DELETE',
  path: `${root}/channels/{channelId}/members/{userId}`,
  summary: 'Leave a group, or (as its owner or admin) take somebody out of it.',
  auth: 'user',
  params: byChannel.extend({ userId: p.id }),
  answers: { 204: null },
  faults: ['channel_not_found', 'forbidden', 'user_not_found'],
});

export const listMessages = defineRoute({
  name: 'messages.list',
  method: 'GET',
  path: `${root}/channels/{channelId}/messages`,
  summary: 'A page of history in ascending seq: the newest, those before a seq, or those after one.',
  auth: 'user',
  params: byChannel,
  query: z
    .object({
      before: p.seq.optional(),
      after: p.cursor.optional(),
      limit: z.int().min(1).max(defaultLimits.historyPage).default(50),
    })
    .refine((query) => query.before === undefined || query.after === undefined, 'Either before or after, not both.'),
  answers: { 200: z.object({ messages: z.array(messageEntry), head: p.cursor }) },
  faults: ['channel_not_found'],
});

export const sendMessage = defineRoute({
  name: 'messages.send',
  method: 'POST',
  path: `${root}/channels/{channelId}/messages`,
  summary: 'Send a message; 200 when the same `clientId` was stored before.',
  auth: 'user',
  params: byChannel,
  body: messageSend.data.omit({ channelId: true }),
  answers: { 200: messageSend.reply, 201: messageSend.reply },
  faults: messageSend.faults,
});

export const editMessage = defineRoute({
  name: 'messages.edit',
  method: 'PATCH',
  path: `${root}/channels/{channelId}/messages/{seq}`,
  summary: 'Change the text of an own message.',
  auth: 'user',
  params: byMessage,
  body: z.object({ text: p.messageText }),
  answers: { 200: messageEntry },
  faults: ['channel_not_found', 'message_not_found', 'message_deleted', 'forbidden'],
});

export const deleteMessage = defineRoute({
  name: 'messages.delete',
  method: 'DELETE',
  path: `${root}/channels/{channelId}/messages/{seq}`,
  summary: 'Delete an own message, or any message of a group as its owner or admin.',
  auth: 'user',
  params: byMessage,
  answers: { 200: messageEntry },
  faults: ['channel_not_found', 'message_not_found', 'forbidden'],
});

export const listBlocks = defineRoute({
  name: 'blocks.list',
  method: 'GET',
  path: `${root}/blocks`,
  summary: 'Whom the user blocks, the newest first.',
  auth: 'user',
  query: z.object({
    limit: page,
    after: z.string().max(100).optional().meta({ description: '`next` of the page before.' }),
  }),
  answers: { 200: z.object({ blocks: z.array(t.block), next: z.string().optional() }) },
  faults: [],
});

const byUser = z.object({ userId: p.id });

export const blockUser = defineRoute({
  name: 'blocks.add',
  method: 'PUT',
  path: `${root}/blocks/{userId}`,
  summary:
    'Hear no more from a user: while either of two blocks the other, neither writes in their direct channel, opens one, adds the other to a group, or sees whether the other is there. Who is blocked already stays so.',
  auth: 'user',
  params: byUser,
  answers: { 204: null },
  faults: ['user_not_found', 'too_many_blocks'],
});

export const unblockUser = defineRoute({
  name: 'blocks.remove',
  method: 'DELETE',
  path: `${root}/blocks/{userId}`,
  summary: 'Block a user no longer; one who is not blocked stays so.',
  auth: 'user',
  params: byUser,
  answers: { 204: null },
  faults: [],
});
