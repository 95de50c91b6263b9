import { ops, rest } from '@messox/protocol';
import { answer, defineModule, senderOf } from '../../kernel/module.ts';
import { blocks, blocksChanged } from '../blocks/index.ts';
import { channels } from '../channels/index.ts';
import { ChannelSizes } from './channel-sizes.ts';
import { Marks } from './marks.ts';
import { findReceipts, listReceipts } from './read-receipts.ts';
import { Received } from './received.ts';
import { Sweep } from './sweep.ts';
import { movedSignal, Receipts } from './tell.ts';
import { touchMarks } from './write-marks.ts';

/** How far each member has read and received each channel. */
export const receipts = defineModule({
  name: 'receipts',
  needs: { blocks, channels },
  migrations: new URL('./migrations/', import.meta.url),
  setup: (host, needs) => {
    const { limits, log, sessions, sql } = host;
    const { confirmLargeMs, confirmMs } = limits;
    const told = new Receipts(host);
    const sizes = new ChannelSizes(host);
    const marks = new Marks({ ...host, onMoved: (moved) => told.publish(moved) });
    host.defer(() => marks.stop(limits.drainMs));
    const sweep = new Sweep({ ...host, receipts: told, sizes });
    host.defer(() => sweep.stop());
    const onReceived = (channelId: number, userId: number, seq: number): void =>
      marks.delivered(channelId, userId, seq);
    const received = new Received({ sizes, confirmMs, confirmLargeMs, onReceived });
    host.defer(() => received.stop());

    sessions.follow({
      handed: (session, entry) => {
        if (entry.kind === 'message') {
          if (senderOf(entry) !== session.identity.userId) received.note(session, entry.channelId, entry.seq);
        } else if (entry.kind === 'member.joined' || entry.kind === 'member.left') sizes.forget(entry.channelId);
      },
      closed: (session) => received.closed(session),
      gap: () => void sweep.round(),
    });
    host.onSignal(movedSignal, (json, channelId) => told.take(json, channelId));
    host.on(blocksChanged, ({ channelId, mayWrite }) => {
      if (channelId === undefined || !mayWrite) return;
      touchMarks(sql, channelId)
        .then((marks) => told.publish(marks))
        .catch((error: unknown) => {
          log.warn({ err: error, channelId }, 'what moved during a block could not be told; a listing has it');
        });
    });
    host.op(ops.readMark, async ({ channelId, seq }, { user }) => {
      await marks.read(channelId, user.userId, seq);
      return {};
    });
    host.route(rest.listReceipts, async ({ params: { channelId }, query, user }) => {
      await needs.channels.roleIn(channelId, user.userId);
      return answer(200, { receipts: await listReceipts(sql, channelId, user.userId, query) });
    });
    host.route(rest.findReceipts, async ({ query, user }) =>
      answer(200, await findReceipts(sql, user.userId, query.since)),
    );
    return {
      /** A device of the user has received the channel up to `seq`: for protocols that know it in another way. */
      delivered: onReceived,
    };
  },
});
