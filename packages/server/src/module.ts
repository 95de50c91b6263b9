/** What a module of an administrator's own is written with: `import { defineModule } from '@messox/server/module'`. */
export { events, ops, rest } from '@messox/protocol';
export { z } from 'zod';
export * from './kernel/module.ts';
// Looked at as they are defined: what the server brings along has its types.
export { defineModule, defineOp, defineRoute } from './own-modules/define.ts';
export { accounts, sharingChanged } from './modules/accounts/index.ts';
export { blocks, blocksChanged } from './modules/blocks/index.ts';
export { channels } from './modules/channels/index.ts';
export { messages } from './modules/messages/index.ts';
