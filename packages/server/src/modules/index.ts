import type { Module } from '../kernel/module.ts';
import { accounts } from './accounts/index.ts';
import { blocks } from './blocks/index.ts';
import { channels } from './channels/index.ts';
import { type CoreModuleName, coreModuleNames } from './known.ts';
import { messages } from './messages/index.ts';
import { messoxApp } from './messox-app/index.ts';
import { presence } from './presence/index.ts';
import { receipts } from './receipts/index.ts';
import { typing } from './typing/index.ts';

const byName: Readonly<Record<CoreModuleName, Module>> = {
  accounts,
  blocks,
  channels,
  messages,
  receipts,
  typing,
  presence,
  'messox-app': messoxApp,
};

/** The modules of a messox server as it is published. */
export const coreModules: readonly Module[] = coreModuleNames.map((name) => byName[name]);
