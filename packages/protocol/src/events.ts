import { z } from 'zod';
import { defineEvent } from './contract.ts';
import { timelineEntry } from './entries.ts';
import * as p from './primitives.ts';
import { channel, presence as presenceOf, receipt as receiptOf } from './things.ts';

export const timelineEntryEvent = defineEvent({
  name: 'timeline.entry',
  summary: 'The next entry of a channel: each once, in the order of seq.',
  data: timelineEntry,
});

export const timelineReset = defineEvent({
  name: 'timeline.reset',
  summary: 'Drop what you hold of this channel and start from these entries.',
  data: z.object({
    channelId: p.id,
    entries: z.array(timelineEntry),
    head: p.cursor,
    reason: z.enum(['new', 'epoch', 'behind', 'ahead']).meta({
      description:
        'new: a channel without a cursor; epoch: the database has another life; behind: too much was missed; ahead: the cursor is beyond the head.',
    }),
  }),
});

export const channelAdded = defineEvent({
  name: 'channel.added',
  summary: 'The user is in a channel that the client does not hold; a `timeline.reset` follows.',
  data: z.object({ channel }),
});

export const channelRemoved = defineEvent({
  name: 'channel.removed',
  summary: 'The user is no longer in this channel.',
  data: z.object({ channelId: p.id }),
});

export const receipt = defineEvent({
  name: 'receipt',
  summary:
    'How far a member has read and received a channel. It may be missed: GET `/api/v1/receipts` says what moved since. Of large groups only the own marks are told.',
  data: receiptOf,
});

export const typing = defineEvent({
  name: 'typing',
  summary: 'A member writes; it is over after `forMs`, or with a message of theirs that is newer than `head`.',
  data: z.object({
    channelId: p.id,
    userId: p.id,
    forMs: z.int().min(0),
    head: p.cursor.meta({
      description: 'The newest entry when they began: a message of theirs after it may be known already.',
    }),
  }),
});

export const presence = defineEvent({
  name: 'presence',
  summary: 'A user whom this session watches came, went, or may be seen no longer.',
  data: presenceOf,
});

export const sessionExpiring = defineEvent({
  name: 'session.expiring',
  summary: 'The session reaches its greatest age soon: log in again.',
  data: z.object({ inMs: z.int().min(0) }),
});

export const reconnect = defineEvent({
  name: 'reconnect',
  summary: 'The server drains: come back after this time.',
  data: z.object({ afterMs: z.int().min(0) }),
});

export const ready = defineEvent({
  name: 'ready',
  summary: 'The catch-up is complete; what follows is live.',
  data: z.object({}),
});
