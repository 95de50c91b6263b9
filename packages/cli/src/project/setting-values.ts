import { CliError } from '../errors/cli-error.ts';
import { nearest } from '../framework/nearest.ts';
import type { Settings } from './schema.ts';
import { valueOf } from './edit-settings.ts';
import { settings as core, type Setting } from './setting.ts';
import type { SettingsFile } from './settings-file.ts';

/** A setting with what the file says, what holds without it and what holds. */
export interface SettingValue {
  readonly setting: Setting;
  readonly set: unknown;
  readonly default: unknown;
  readonly effective: unknown;
}

const hidden = '******';

const at = (settings: Settings, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], settings);

/** A value that may be shown: that of a secret may not. */
export const hide = (setting: Setting, value: unknown): unknown =>
  setting.secret && value !== undefined ? hidden : value;

const read = (setting: Setting, file: SettingsFile, settings: Settings): SettingValue => ({
  setting,
  set: hide(setting, valueOf(file, setting.path)),
  default: hide(setting, setting.default),
  effective: hide(setting, at(settings, setting.path) ?? setting.default),
});

const lastName = (key: string): string => key.slice(key.lastIndexOf('.') + 1);

const unknownSetting = (key: string, all: readonly Setting[]): CliError => {
  const keys = all.map((setting) => setting.key);
  const last = lastName(key);
  const ending = (word: string | undefined) => keys.find((known) => word !== undefined && lastName(known) === word);
  const near = nearest(key, keys) ?? ending(last) ?? ending(nearest(last, keys.map(lastName)));
  return new CliError('unknown_setting', `There is no setting "${key}"`, {
    fixes: [
      ...(near === undefined ? [] : [`Did you mean ${near}?`]),
      '`messox config show` (lists all but the limits)',
      '`messox config show limits` (lists those)',
    ],
  });
};

/** The settings that `key` names: one, or all of a section; all without a key. Throws `unknown_setting`. */
export const selectSettings = (key: string | undefined, all = core): readonly Setting[] => {
  if (key === undefined) return all;
  const found = all.filter((setting) => setting.key === key || setting.key.startsWith(`${key}.`));
  if (found.length === 0) throw unknownSetting(key, all);
  return found;
};

/** The one setting that `key` names. Throws `unknown_setting`, for a section too. */
export const selectSetting = (key: string, all = core): Setting => {
  const [first, ...rest] = selectSettings(key, all);
  if (first?.key === key) return first;
  throw new CliError('unknown_setting', `"${key}" is a section, not a setting`, {
    fixes: [first, ...rest].slice(0, 5).map((setting) => `Name one of it: ${setting?.key ?? ''}`),
  });
};

export const readValues = (selected: readonly Setting[], file: SettingsFile, settings: Settings): SettingValue[] =>
  selected.map((setting) => read(setting, file, settings));

/** A value as people read it: text as it is, nothing as a dash. */
export const valueText = (value: unknown): string => {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
