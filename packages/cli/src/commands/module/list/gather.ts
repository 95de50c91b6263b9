import { existsSync, readdirSync } from 'node:fs';
import { listCoreModules, migrationStatus, type MigrationStatus } from '@messox/server';
import { modulesFolder } from '@messox/server/project';
import type { Context } from '../../../framework/context.ts';
import { withDatabase } from '../../../project/database.ts';
import { isCompose } from '../../../project/is-compose.ts';
import { isSet } from '../../../project/edit-settings.ts';
import { type OwnModule, ownModuleNames } from '../../../project/own-modules.ts';
import { knownSettings, type KnownSettings, ownProblems } from '../../../project/own-settings.ts';
import { readServerState } from '../../../project/server-state.ts';
import type { SettingsFile } from '../../../project/settings-file.ts';
import { openSettings } from '../../../project/settings.ts';
import { cliVersion } from '../../../version.ts';

/** A module, as a start would find it. */
export interface ModuleState {
  readonly name: string;
  /** `messox`, or the file in the folder of the server. */
  readonly from: string;
  readonly state: 'loads' | 'refused' | 'set aside';
  /** Why it is refused. */
  readonly why?: string;
  readonly version: string | null;
  readonly needs: readonly string[];
  /** How many there are, and how many of them the database does not have; null where it cannot be asked now. */
  readonly migrations: { readonly count: number; readonly pending: number | null };
  /** How many there are, how many are set, and what is wrong with them. */
  readonly settings: { readonly count: number; readonly set: number; readonly problems: readonly string[] };
}

/** What the database has, where that is known without starting anything. */
const readStatus = async (context: Context): Promise<readonly MigrationStatus[] | undefined> => {
  const { dir } = context.flags;
  if (!isCompose(dir) && !readServerState(dir)) return undefined;
  try {
    return await withDatabase(context, { command: 'module list' }, (sql) => migrationStatus(sql, dir));
  } catch {
    return undefined;
  }
};

interface Facts {
  readonly known: KnownSettings;
  readonly file: SettingsFile;
  readonly status: readonly MigrationStatus[] | undefined;
}

const migrationsOf = (name: string, count: number, { status }: Facts): ModuleState['migrations'] => ({
  count,
  pending: status?.filter(({ module, state }) => module === name && state === 'pending').length ?? null,
});

const settingsOf = (name: string, problems: readonly string[], { file, known }: Facts): ModuleState['settings'] => {
  const all = known.all.filter(({ path }) => path[0] === 'modules' && path[1] === name);
  return { count: all.length, set: all.filter(({ path }) => isSet(file, path)).length, problems };
};

const ofOwn = (module: OwnModule, facts: Facts): ModuleState => {
  const { file, migrations, name, needs, version = null } = module;
  const problems = ownProblems(facts.file, { ...facts.known.own, modules: [module] });
  const texts = problems.map(({ key, message }) => `${key}: ${message}`);
  return {
    name,
    from: file,
    state: 'loads',
    version,
    needs,
    migrations: migrationsOf(name, migrations, facts),
    settings: settingsOf(name, texts, facts),
  };
};

const nothing = {
  version: null,
  needs: [],
  migrations: { count: 0, pending: null },
  settings: { count: 0, set: 0, problems: [] },
} as const;

const asideIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name.startsWith('_') && entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** @throws CliError settings_missing, settings_invalid, module_invalid */
export const gatherModules = async (context: Context): Promise<ModuleState[]> => {
  const { dir } = context.flags;
  const { file } = openSettings(dir);
  const known = await knownSettings(dir, undefined);
  const facts = { known, file, status: await readStatus(context) };
  const core = (await listCoreModules()).map(({ migrations, name, needs }): ModuleState => ({
    name,
    from: 'messox',
    state: 'loads',
    version: cliVersion(),
    needs,
    migrations: migrationsOf(name, migrations, facts),
    settings: settingsOf(name, [], facts),
  }));
  const { modules, refused } = known.own;
  const own = ownModuleNames(dir).flatMap((name): ModuleState[] => {
    const module = modules.find((it) => it.name === name);
    if (module) return [ofOwn(module, facts)];
    return [{ ...nothing, name, from: `modules/${name}`, state: 'refused', why: refused.get(name)?.message ?? '' }];
  });
  const hasFolder = existsSync(modulesFolder(dir));
  const aside = (hasFolder ? asideIn(modulesFolder(dir)) : []).map((name): ModuleState => ({
    ...nothing,
    name: name.slice(1),
    from: `modules/${name}`,
    state: 'set aside',
  }));
  return [...core, ...own, ...aside];
};
