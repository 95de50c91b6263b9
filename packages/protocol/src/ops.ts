import { z } from 'zod';
import { defineOp } from './contract.ts';
import { defaultLimits } from './limits.ts';
import * as p from './primitives.ts';
import { ownUser, presence } from './things.ts';

/** The subprotocol that a client offers and the server chooses (RFC 6455, 1.9). */
export const subprotocol = 'messox.v1';
export const socketPath = '/ws';

const place = { channelId: p.id, seq: p.seq };
const nothing = z.object({});

export const hello = defineOp({
  name: 'hello',
  summary: 'The first request: who am I, and what do I hold already?',
  data: z.object({
    token: z.string().max(1_000).optional().meta({ description: 'The access token, where the upgrade carried none.' }),
    epoch: z.string().max(100).optional(),
    cursors: p.cursors.optional(),
    client: z.object({ name: p.text({ max: 100 }), version: p.text({ max: 50 }).optional() }).optional(),
  }),
  reply: z.object({
    user: ownUser,
    sessionId: z.string(),
    epoch: z.string(),
    heartbeatMs: z.int().min(0),
    limits: z.record(z.string(), z.int().min(0)),
  }),
  faults: ['unauthenticated', 'hello_repeated', 'too_many_sessions'],
});

export const messageSend = defineOp({
  name: 'message.send',
  summary:
    'Send a message. `ok` means that it is stored for good; the same `clientId` is stored once, however often it is sent.',
  data: z.object({
    channelId: p.id,
    clientId: p.uuid,
    text: p.messageText,
    replyTo: p.seq.optional(),
    meta: p.meta.optional(),
  }),
  reply: z.object({ ...place, sentAt: p.time, duplicate: z.literal(true).optional() }),
  faults: [
    'channel_not_found',
    'client_id_reused',
    'message_not_found',
    'forbidden',
    'overloaded',
    'unavailable',
    'rate_limited',
  ],
});

export const messageEdit = defineOp({
  name: 'message.edit',
  summary: 'Change the text of an own message.',
  data: z.object({ ...place, text: p.messageText }),
  reply: z.object(place),
  faults: ['channel_not_found', 'message_not_found', 'message_deleted', 'forbidden'],
});

export const messageDelete = defineOp({
  name: 'message.delete',
  summary: 'Delete an own message, or any message of a group as its owner or admin.',
  data: z.object(place),
  reply: z.object(place),
  faults: ['channel_not_found', 'message_not_found', 'forbidden'],
});

const react = { data: z.object({ ...place, emoji: p.emoji }), reply: z.object(place) };

export const reactionAdd = defineOp({
  name: 'reaction.add',
  summary: 'React to a message; the same reaction again changes nothing.',
  ...react,
  faults: ['channel_not_found', 'message_not_found', 'message_deleted', 'forbidden', 'too_many_reactions'],
});

export const reactionRemove = defineOp({
  name: 'reaction.remove',
  summary: 'Take a reaction back; one that is not there changes nothing.',
  ...react,
  faults: ['channel_not_found', 'message_not_found', 'forbidden'],
});

export const readMark = defineOp({
  name: 'read.mark',
  summary: 'I have read up to here. It never goes back; `ok` means that it is stored. So does an own message say.',
  data: z.object(place),
  reply: nothing,
  faults: ['channel_not_found', 'overloaded', 'unavailable'],
});

export const typingStart = defineOp({
  name: 'typing.start',
  summary: 'I am writing; others see it for 5 s.',
  data: z.object({ channelId: p.id }),
  reply: nothing,
  faults: ['channel_not_found', 'forbidden'],
});

export const presenceWatch = defineOp({
  name: 'presence.watch',
  summary:
    'These are the users that I show: tell me of their presence from now on, and of nobody else’s. It holds until the socket closes.',
  data: z.object({ userIds: z.array(p.id).max(defaultLimits.presenceWatched) }),
  reply: z.object({ presences: z.array(presence) }),
  faults: ['unavailable'],
});

export const sync = defineOp({
  name: 'sync',
  summary: 'Catch up from these cursors on the open socket.',
  data: z.object({ cursors: p.cursors }),
  reply: nothing,
  faults: [],
});

export const ping = defineOp({
  name: 'ping',
  summary: 'Is the line alive, and what have I not been handed yet?',
  data: nothing,
  reply: z.object({ serverTime: p.time, heads: p.heads.optional() }),
  faults: [],
});

/** The frame of every request; `data` is then checked by the op's own schema. */
export const request = z.object({
  id: z.union([z.string().max(100), z.int()]),
  op: z.string().max(100),
  data: z.unknown().optional(),
});
export type Request = z.infer<typeof request>;
