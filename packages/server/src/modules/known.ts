import type { ModuleSettings } from '../settings.ts';
import { settings as accounts } from './accounts/settings.ts';
import { settings as messoxApp } from './messox-app/settings.ts';

/** What is known of the modules that come along without loading them. */
export const knownModules = {
  accounts: { settings: accounts },
  blocks: {},
  channels: {},
  messages: {},
  receipts: {},
  typing: {},
  presence: {},
  'messox-app': { settings: messoxApp },
} as const satisfies Readonly<Record<string, Omit<ModuleSettings, 'name'>>>;

export type CoreModuleName = keyof typeof knownModules;

export const coreModuleNames = Object.keys(knownModules) as readonly CoreModuleName[];
