import { pathToFileURL } from 'node:url';
import type { MigrationSource } from '../kernel/database/migrations.ts';
import type { Module } from '../kernel/module.ts';
import { orderModules } from '../kernel/module-order.ts';
import { coreModules } from '../modules/index.ts';
import { checkModule } from './check-module.ts';
import { findOwnModules, invalidModule, type OwnModule, ownMigrationSources } from './find.ts';
import { lendTo } from './lend.ts';
import { loadFault } from './load-fault.ts';

/** What a server is made of: the modules that messox brings along, and those of the administrator. */
export interface ModuleChoice {
  readonly modules: readonly Module[];
  /** The files of the administrator's own, by the name of the module. */
  readonly own: ReadonlyMap<string, string>;
  /** Their migrations, each after those of the modules that it needs. */
  readonly ownMigrations: readonly MigrationSource[];
}

/** @throws StartFault module_invalid */
export const loadModule = async (own: OwnModule): Promise<Module> => {
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(pathToFileURL(own.entry).href)) as typeof loaded;
  } catch (error) {
    throw loadFault(error, own);
  }
  return checkModule(loaded.default, own);
};

/** Core modules and others, each after what it needs. @throws StartFault module_invalid */
const inOrder = (modules: readonly Module[]): Module[] => {
  try {
    return orderModules(modules);
  } catch (error) {
    throw invalidModule(
      `The modules do not fit together: ${error instanceof Error ? error.message : String(error)}.`,
      'What a module needs is imported from @messox/server/module, or from the file of another one in the same folder.',
      { cause: error },
    );
  }
};

/**
 * The modules of a server, with those of this folder: they are loaded, which runs what their files say. Without a folder
 * they are those that messox brings along.
 *
 * @throws StartFault module_invalid
 */
export const loadModules = async (folder?: string): Promise<ModuleChoice> => {
  const found = folder === undefined ? [] : findOwnModules(folder);
  if (found.length === 0) return { modules: coreModules, own: new Map(), ownMigrations: [] };
  lendTo(found.map((module) => module.folder));
  const loaded: Module[] = [];
  for (const module of found) loaded.push(await loadModule(module));
  const modules = inOrder([...coreModules, ...loaded]);
  const byName = new Map(found.map((module) => [module.name, module]));
  return {
    modules,
    own: new Map(found.map(({ name, shown }) => [name, shown])),
    ownMigrations: ownMigrationSources(modules.flatMap(({ name }) => byName.get(name) ?? [])),
  };
};
