import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationSource } from '../kernel/database/migrations.ts';
import { StartFault } from '../kernel/fault.ts';
import { kernelNames } from '../kernel/migration-sources.ts';
import { coreModuleNames } from '../modules/known.ts';
import { coreRelations } from './core-relations.ts';

/** A module of the administrator's own, as it lies in the folder. Nothing of it has been run. */
export interface OwnModule {
  /** That of its folder, and of the module. */
  readonly name: string;
  /** Absolute, and without symbolic links: as Node names what it loads. */
  readonly folder: string;
  /** The file that is loaded, as people find it: `modules/guestbook/index.mjs`. */
  readonly shown: string;
  readonly entry: string;
}

/** What a module begins with; of several, the first that is there: compiled, and then as it was written. */
const entries = ['index.mjs', 'index.js', 'index.mts', 'index.ts'];
const nameChars = 40;

export const invalidModule = (message: string, help: string, options?: ErrorOptions): StartFault =>
  new StartFault('module_invalid', message, help, options);

/** Its tables begin with its name, as some of messox do already. */
const isPrefixTaken = (name: string): boolean => {
  const prefix = name.replaceAll('-', '_');
  return coreRelations.some((relation) => relation === prefix || relation.startsWith(`${prefix}_`));
};

/** Why a module of one's own cannot be called so: the form of the name, or messox itself has it. */
export const nameFault = (name: string): 'form' | 'taken' | undefined => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > nameChars) return 'form';
  const names: readonly string[] = [...kernelNames, ...coreModuleNames];
  return names.includes(name) || isPrefixTaken(name) ? 'taken' : undefined;
};

const checkName = (name: string, shown: string): void => {
  const fault = nameFault(name);
  if (fault === 'form')
    throw invalidModule(
      `The folder ${shown} cannot be that of a module: a module is called by small letters, digits and hyphens, at most ${nameChars}.`,
      'Rename the folder, or put _ in front of its name, and messox leaves it alone.',
    );
  if (fault === 'taken')
    throw invalidModule(
      `The folder ${shown} has a name that messox has itself, for a module or for tables.`,
      'Give the folder and the module another name, best with one of yours in front, as in acme-guestbook.',
    );
};

/** The module in this folder of the parent. @throws StartFault module_invalid */
export const ownModule = (parent: string, name: string): OwnModule => {
  const shownFolder = path.join(path.basename(parent), name);
  checkName(name, shownFolder);
  if (!existsSync(path.join(parent, name)))
    throw invalidModule(
      `${shownFolder} is a link that leads nowhere.`,
      'Put the folder itself there: what it leads to is not copied into an image.',
    );
  const folder = realpathSync(path.join(parent, name));
  const entry = entries.find((file) => existsSync(path.join(folder, file)));
  if (entry === undefined)
    throw invalidModule(
      `The folder ${shownFolder} holds no module: there is none of ${entries.join(', ')} in it.`,
      'Write one of them, or put _ in front of the name of the folder, and messox leaves it alone.',
    );
  return { name, folder, entry: path.join(folder, entry), shown: path.join(shownFolder, entry) };
};

/**
 * The names of the modules in a folder, in their order: each folder in it is one, but for `node_modules` and those that
 * begin with a dot or an underscore. No folder: no modules. A link counts as what it leads to, or was to lead to.
 */
export const ownModuleNames = (folder: string): string[] => {
  if (!existsSync(folder)) return [];
  const isFolder = (name: string): boolean =>
    statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? true;
  return readdirSync(folder)
    .filter((name) => !/^[._]|^node_modules$/.test(name) && isFolder(name))
    .sort();
};

/** Where they are, without symbolic links. */
export const ownModuleFolders = (folder: string): string[] =>
  ownModuleNames(folder)
    .map((name) => path.join(folder, name))
    .filter((module) => existsSync(module))
    .map((module) => realpathSync(module));

/**
 * The modules in a folder, in the order of their names.
 *
 * @throws StartFault module_invalid
 */
export const findOwnModules = (folder: string): OwnModule[] =>
  ownModuleNames(folder).map((name) => ownModule(folder, name));

/** The migrations of modules, whose tables and functions have names that begin with that of the module. */
export const ownMigrationSources = (modules: readonly Pick<OwnModule, 'name' | 'folder'>[]): MigrationSource[] =>
  modules.flatMap(({ name, folder }) => {
    const migrations = path.join(folder, 'migrations');
    return existsSync(migrations)
      ? [{ module: name, folder: pathToFileURL(`${migrations}/`), prefix: name.replaceAll('-', '_') }]
      : [];
  });
