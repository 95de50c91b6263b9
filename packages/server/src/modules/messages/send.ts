import type { OpData, OpReply, ops } from '@messox/protocol';
import { timeText, type Timeline } from '../../kernel/module.ts';

/** @throws Fault channel_not_found, forbidden, message_not_found (replyTo), client_id_reused, overloaded, unavailable */
export const sendMessage = async (
  timeline: Timeline,
  senderId: number,
  { channelId, clientId, meta, replyTo, text }: OpData<typeof ops.messageSend>,
): Promise<OpReply<typeof ops.messageSend>> => {
  const stored = await timeline.send({
    channelId,
    senderId,
    clientId: clientId.toLowerCase(),
    text,
    replyTo: replyTo ?? null,
    meta: meta ?? null,
  });
  const { duplicate, seq, sentAt } = stored;
  return { channelId: stored.channelId, seq, sentAt: timeText(sentAt), ...(duplicate ? { duplicate } : {}) };
};
