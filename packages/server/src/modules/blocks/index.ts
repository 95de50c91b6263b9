import { rest } from '@messox/protocol';
import { answer, defineModule } from '../../kernel/module.ts';
import { accounts } from '../accounts/index.ts';
import { type BlockChange, blocksChanged, changeBlock } from './change-block.ts';
import { listBlocks } from './list-blocks.ts';

export { blocksChanged } from './change-block.ts';
export { refuseBlocked } from './refuse-blocked.ts';

/** Whom people do not want to hear from. */
export const blocks = defineModule({
  name: 'blocks',
  needs: { accounts },
  migrations: new URL('./migrations/', import.meta.url),
  setup: (host) => {
    const change = async (wanted: BlockChange): Promise<void> => {
      const changed = await changeBlock(host, wanted);
      if (changed) host.emit(blocksChanged, changed);
    };
    host.route(rest.listBlocks, async ({ query, user }) => answer(200, await listBlocks(host.sql, user.userId, query)));
    host.route(rest.blockUser, async ({ params, user }) => {
      await change({ userId: user.userId, otherId: params.userId, isBlocked: true });
      return answer(204);
    });
    host.route(rest.unblockUser, async ({ params, user }) => {
      await change({ userId: user.userId, otherId: params.userId, isBlocked: false });
      return answer(204);
    });
  },
});
