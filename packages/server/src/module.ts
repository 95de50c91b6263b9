/** What a module of an administrator's own is written with: `import { defineModule } from '@messox/server/module'`. */
export { defineOp, defineRoute, events, ops, rest } from '@messox/protocol';
export { z } from 'zod';
export * from './kernel/module.ts';
export { accounts, sharingChanged } from './modules/accounts/index.ts';
export { blocks, blocksChanged } from './modules/blocks/index.ts';
export { channels } from './modules/channels/index.ts';
export { messages } from './modules/messages/index.ts';
