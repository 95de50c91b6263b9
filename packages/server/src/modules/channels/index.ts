import { type Channel, rest } from '@messox/protocol';
import { answer, defineModule, Fault } from '../../kernel/module.ts';
import { accounts } from '../accounts/index.ts';
import { blocks } from '../blocks/index.ts';
import { describeChannels } from './describe.ts';
import { listChannels } from './list.ts';
import { addMembers, listMembers, mustGovern, removeMember, roleIn } from './members.ts';
import { openDirect, openGroup } from './open.ts';

export { removeVerifyUsers } from './remove-users.ts';

/** Where people talk: direct channels, groups, and everyone's own. */
export const channels = defineModule({
  name: 'channels',
  needs: { accounts, blocks },
  migrations: new URL('./migrations/', import.meta.url),
  setup: (host) => {
    const { sql, timeline } = host;
    const read = async (userId: number, channelId: number): Promise<Channel> => {
      const channel = (await describeChannels(host, userId, [channelId])).get(channelId);
      if (!channel) throw new Fault('channel_not_found');
      return channel;
    };

    host.describe('channels', (userId, channelIds) => describeChannels(host, userId, channelIds));
    host.route(rest.createChannel, async ({ body, user: { userId } }) => {
      if (body.kind === 'group')
        return answer(201, await read(userId, await openGroup(host, userId, body.name, body.memberIds)));
      const { channelId, isNew } = await openDirect(host, userId, body.userId);
      return isNew ? answer(201, await read(userId, channelId)) : answer(200, await read(userId, channelId));
    });
    host.route(rest.listChannels, async ({ query, user }) => answer(200, await listChannels(host, user.userId, query)));
    host.route(rest.getChannel, async ({ params, user }) => answer(200, await read(user.userId, params.channelId)));
    host.route(rest.updateChannel, async ({ body: { name }, params: { channelId }, user: { userId } }) => {
      await timeline.change(async ({ lock, record, sql: transaction }) => {
        await lock([channelId]);
        await mustGovern(transaction, channelId, userId);
        await transaction`update channels set name = ${name} where id = ${channelId}`;
        await record({ channelId, kind: 'channel.changed', senderId: userId, body: { name } });
      });
      return answer(200, await read(userId, channelId));
    });
    host.route(rest.listMembers, async ({ params: { channelId }, query, user }) => {
      await roleIn(sql, channelId, user.userId);
      return answer(200, { members: await listMembers(sql, channelId, query) });
    });
    host.route(rest.addMembers, async ({ body, params: { channelId }, user: { userId } }) => {
      await addMembers(host, channelId, userId, body.userIds);
      return answer(200, await read(userId, channelId));
    });
    host.route(rest.removeMember, async ({ params, user }) => {
      await removeMember(host, params.channelId, user.userId, params.userId);
      return answer(204);
    });
    return {
      roleIn: (channelId: number, userId: number) => roleIn(sql, channelId, userId),
      openDirect: (userId: number, otherId: number) => openDirect(host, userId, otherId),
    };
  },
});
