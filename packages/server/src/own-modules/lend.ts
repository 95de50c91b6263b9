import * as node from 'node:module';
import { pathToFileURL } from 'node:url';
import { lendPackages } from './resolve-hook.ts';

/** Since Node 22.15; `register`, which came before, is to go. */
const { registerHooks } = node as { registerHooks?: (hooks: { resolve: ReturnType<typeof lendPackages> }) => unknown };

const lentTo = new Set<string>();

/** Makes `@messox/server/module` and zod mean those of this server in the files of these folders, from now on. */
export const lendTo = (folders: readonly string[]): void => {
  const added = folders.map((folder) => pathToFileURL(`${folder}/`).href).filter((url) => !lentTo.has(url));
  if (added.length === 0) return;
  for (const url of added) lentTo.add(url);
  if (registerHooks) registerHooks({ resolve: lendPackages(added) });
  else node.register('./resolve-hook.js', { parentURL: import.meta.url, data: added });
};
