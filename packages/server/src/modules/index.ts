import type { Module } from '../kernel/module.ts';
import { accounts } from './accounts/index.ts';
import { blocks } from './blocks/index.ts';
import { channels } from './channels/index.ts';
import { messages } from './messages/index.ts';
import { messoxApp } from './messox-app/index.ts';
import { presence } from './presence/index.ts';
import { receipts } from './receipts/index.ts';
import { typing } from './typing/index.ts';

/** The modules of a messox server as it is published. */
export const coreModules: readonly Module[] = [
  accounts,
  blocks,
  channels,
  messages,
  receipts,
  typing,
  presence,
  messoxApp,
];
