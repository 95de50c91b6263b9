import type { Output } from '../output/output.ts';
import { nearest } from '../framework/nearest.ts';
import { describeOwnModules, type OwnModule, type OwnModules, ownModuleNames } from './own-modules.ts';
import type { Settings } from './schema.ts';
import { settings as core, type Setting, settingsOf } from './setting.ts';
import { locate, locateKey, type Problem, type SettingsFile } from './settings-file.ts';

/** The settings that there are, with those of the administrator's own modules where a command needs them. */
export interface KnownSettings {
  readonly all: readonly Setting[];
  readonly own: OwnModules;
}

const none: OwnModules = { modules: [], refused: new Map(), verdict: undefined };
const coreModules = new Set(core.flatMap(({ path: [section, name] }) => (section === 'modules' ? [name] : [])));

/** The name of the module that `key` is of, where that does not come with messox. */
export const ownModuleOf = (key: string): string | undefined => {
  const [section, name] = key.split('.');
  return section === 'modules' && name !== undefined && !coreModules.has(name) ? name : undefined;
};

/** Whether a key may name a setting of a module of the administrator's own; without one all settings are meant. */
const mayBeOwn = (key: string | undefined): boolean =>
  key === undefined || key === 'modules' || ownModuleOf(key) !== undefined;

/** A whole object, in which any name may stand, is one value. */
const settingsOfModule = ({ name, schema }: OwnModule): Setting[] =>
  schema?.properties ? settingsOf(schema, ['modules', name]) : [];

/**
 * The settings that `key` may be one of. Modules of the administrator's own are loaded where it may be one of theirs, with
 * what the file says, or this text in its place.
 *
 * @throws CliError module_invalid, where the key is of a module that cannot be loaded
 */
export const knownSettings = async (dir: string, key: string | undefined, source?: string): Promise<KnownSettings> => {
  if (!mayBeOwn(key) || ownModuleNames(dir).length === 0) return { all: core, own: none };
  const own = await describeOwnModules(dir, { source, only: key === undefined ? undefined : ownModuleOf(key) });
  const refused = key === undefined ? undefined : own.refused.get(ownModuleOf(key) ?? '');
  if (refused) throw refused;
  return { all: [...core, ...own.modules.flatMap(settingsOfModule)], own };
};

/** Says which modules cannot be loaded, and so have no settings that could be told. */
export const tellRefused = ({ refused }: OwnModules, output: Output): void => {
  for (const [name, error] of refused)
    output.warn(`The settings of modules/${name} are not known: ${error.message} (\`messox doctor config\` has more)`);
};

/** The settings with what the modules make of theirs. */
export const withOwn = (settings: Settings, { modules }: OwnModules): Settings => ({
  ...settings,
  modules: {
    ...settings.modules,
    ...Object.fromEntries(modules.flatMap((it) => (it.settings === undefined ? [] : [[it.name, it.settings]]))),
  } as Settings['modules'],
});

const problemsIn = (file: SettingsFile, { name, problems, schema }: OwnModule): Problem[] =>
  problems.flatMap(({ message, path, unknown }): Problem[] => {
    const at = ['modules', name, ...path];
    if (!unknown) return [{ ...locate(file, at), key: at.join('.'), message }];
    const known = Object.keys(schema?.properties ?? {});
    return unknown.map((wrong) => {
      const near = nearest(wrong, known);
      const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${near}?`;
      return {
        ...locateKey(file, at, wrong),
        key: [...at, wrong].join('.'),
        message: 'there is no such setting',
        ...(path.length > 0 || known.length === 0 ? {} : { suggestion: hint }),
      };
    });
  });

/** What the modules do not take of their settings. */
export const ownProblems = (file: SettingsFile, { modules }: OwnModules): Problem[] =>
  modules.flatMap((module) => problemsIn(file, module)).sort((a, b) => a.line - b.line || a.column - b.column);
