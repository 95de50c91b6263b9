import { type EventData, events, ops } from '@messox/protocol';
import { defineModule } from '../../kernel/module.ts';
import { channels } from '../channels/index.ts';

const typingMs = 5_000;

/** What is state and no entry: how far somebody has read, and that somebody is writing. */
export const receipts = defineModule({
  name: 'receipts',
  needs: { channels },
  setup: ({ op, sql, timeline }, needs) => {
    op(ops.readMark, async ({ channelId, seq }, { user: { userId } }) => {
      // A mark beyond the head marks all that there is; one behind the last changes nothing.
      const [moved] = await sql<{ read_seq: number; delivered_seq: number }[]>`
        update members m set read_seq = least(${seq}, c.head), delivered_seq = greatest(m.delivered_seq, least(${seq}, c.head))
        from channels c
        where c.id = m.channel_id and m.channel_id = ${channelId} and m.user_id = ${userId}
          and m.read_seq < least(${seq}, c.head)
        returning m.read_seq, m.delivered_seq`;
      if (moved) {
        const receipt: EventData<typeof events.receipt> = {
          channelId,
          userId,
          readSeq: moved.read_seq,
          deliveredSeq: moved.delivered_seq,
        };
        timeline.signal(channelId, events.receipt.name, receipt);
      } else await needs.channels.roleIn(channelId, userId);
      return {};
    });
    op(ops.typingStart, async ({ channelId }, { user: { userId } }) => {
      await needs.channels.roleIn(channelId, userId);
      const typing: EventData<typeof events.typing> = { channelId, userId, forMs: typingMs };
      timeline.signal(channelId, events.typing.name, typing);
      return {};
    });
  },
});
