import { existsSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationSource } from '../kernel/database/migrations.ts';
import { StartFault } from '../kernel/fault.ts';
import { kernelNames } from '../kernel/server.ts';
import { coreModules } from '../modules/index.ts';

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

const checkName = (name: string, shown: string): void => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > nameChars)
    throw invalidModule(
      `The folder ${shown} cannot be that of a module: a module is called by small letters, digits and hyphens, at most ${nameChars}.`,
      'Rename the folder, or put _ in front of its name, and messox leaves it alone.',
    );
  if (kernelNames.includes(name) || coreModules.some((module) => module.name === name))
    throw invalidModule(
      `The folder ${shown} has the name of a module that messox brings along.`,
      'Give the folder and the module another name, best with one of yours in front, as in acme-guestbook.',
    );
};

const ownModule = (parent: string, name: string): OwnModule => {
  const shownFolder = path.join(path.basename(parent), name);
  checkName(name, shownFolder);
  const folder = realpathSync(path.join(parent, name));
  const entry = entries.find((file) => existsSync(path.join(folder, file)));
  if (entry === undefined)
    throw invalidModule(
      `The folder ${shownFolder} holds no module: there is none of ${entries.join(', ')} in it.`,
      'Write one of them, or put _ in front of the name of the folder, and messox leaves it alone.',
    );
  return { name, folder, entry: path.join(folder, entry), shown: path.join(shownFolder, entry) };
};

/** A link that leads nowhere is one that was not copied along. */
const statOf = (file: string, shown: string): Stats => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found) return found;
  throw invalidModule(
    `${shown} is a link that leads nowhere.`,
    'Put the folder itself there: what it leads to is not copied into an image.',
  );
};

/**
 * The modules in a folder, in the order of their names: each folder in it is one, but for `node_modules` and those that
 * begin with a dot or an underscore. No folder: no modules.
 *
 * @throws StartFault module_invalid
 */
export const findOwnModules = (folder: string): OwnModule[] => {
  if (!existsSync(folder)) return [];
  const isModule = (name: string): boolean =>
    !/^[._]|^node_modules$/.test(name) &&
    statOf(path.join(folder, name), path.join(path.basename(folder), name)).isDirectory();
  return readdirSync(folder)
    .filter(isModule)
    .sort()
    .map((name) => ownModule(folder, name));
};

/** The migrations of modules, whose tables, views and sequences have names that begin with that of the module. */
export const ownMigrationSources = (modules: readonly Pick<OwnModule, 'name' | 'folder'>[]): MigrationSource[] =>
  modules.flatMap(({ name, folder }) => {
    const migrations = path.join(folder, 'migrations');
    return existsSync(migrations)
      ? [{ module: name, folder: pathToFileURL(`${migrations}/`), prefix: name.replaceAll('-', '_') }]
      : [];
  });
