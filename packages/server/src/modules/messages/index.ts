import { ops, rest } from '@messox/protocol';
import { answer, defineModule } from '../../kernel/module.ts';
import { channels } from '../channels/index.ts';
import { type Changed, deleteMessage, editMessage, react } from './change-message.ts';
import { readHistory } from './history.ts';
import { sendMessage } from './send.ts';

/** What people say: send, edit, delete, react, and the history of it. */
export const messages = defineModule({
  name: 'messages',
  needs: { channels },
  setup: (host) => {
    const { sql, timeline } = host;
    const place = (channelId: number, { seq }: Changed) => ({ channelId, seq });

    host.op(ops.messageSend, (data, { user }) => sendMessage(timeline, user.userId, data));
    host.op(ops.messageEdit, async ({ text, ...at }, { user }) =>
      place(at.channelId, await editMessage(host, user.userId, at, text)),
    );
    host.op(ops.messageDelete, async (at, { user }) => place(at.channelId, await deleteMessage(host, user.userId, at)));
    host.op(ops.reactionAdd, async (at, { user }) => place(at.channelId, await react(host, user.userId, at, true)));
    host.op(ops.reactionRemove, async (at, { user }) => place(at.channelId, await react(host, user.userId, at, false)));

    host.route(rest.listMessages, async ({ params, query, user }) =>
      answer(200, await readHistory(sql, user.userId, params.channelId, query)),
    );
    host.route(rest.sendMessage, async ({ body, params, user }) => {
      const stored = await sendMessage(timeline, user.userId, { ...body, channelId: params.channelId });
      return stored.duplicate ? answer(200, stored) : answer(201, stored);
    });
    host.route(rest.editMessage, async ({ body, params, user }) =>
      answer(200, (await editMessage(host, user.userId, params, body.text)).message),
    );
    host.route(rest.deleteMessage, async ({ params, user }) =>
      answer(200, (await deleteMessage(host, user.userId, params)).message),
    );
  },
});
