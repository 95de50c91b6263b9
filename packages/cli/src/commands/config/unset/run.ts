import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { printable } from '../../../output/printable.ts';
import { isSet, withoutValue } from '../../../project/edit-settings.ts';
import { hide, selectSetting, valueText } from '../../../project/setting-values.ts';
import { setAside } from '../../../project/own-modules.ts';
import { knownSettings, ownModuleOf } from '../../../project/own-settings.ts';
import type { Setting } from '../../../project/setting.ts';
import { readSettingsFile, type SettingsFile } from '../../../project/settings-file.ts';
import { checkSettings } from '../../../project/check-settings.ts';
import { settingsInvalid } from '../../../project/settings.ts';
import { saveSettings } from '../save.ts';
import type { spec } from './spec.ts';

/** What is set of a module that is not here any more, or cannot be loaded, is taken out as well: all of it, or one setting. */
const settingToUnset = async (dir: string, file: SettingsFile, key: string): Promise<Setting> => {
  const path = key.split('.');
  const module = ownModuleOf(key);
  const isThere = file.document.errors.length === 0 && isSet(file, path);
  const isLeft = module !== undefined && (isThere || setAside(dir, module) !== undefined);
  if (!isLeft) return selectSetting(key, (await knownSettings(dir, key)).all);
  const { all } = await knownSettings(dir, key).catch(() => ({ all: [] }));
  const known = all.find((setting) => setting.key === key);
  return known ?? { key, path, about: '', kind: 'value', expected: '', choices: [], default: undefined, secret: false };
};

export const run: Run<typeof spec> = async ({ flags, output }, { key }) => {
  const file = readSettingsFile(flags.dir);
  const setting = await settingToUnset(flags.dir, file, key);
  const edited =
    file.document.errors.length === 0 && isSet(file, setting.path) ? withoutValue(file, setting.path) : file;
  const { problems } = checkSettings(edited);
  if (problems) throw settingsInvalid(edited, problems);
  const changed = await saveSettings(flags.dir, file, edited, setting, output);
  const usual = hide(setting, setting.default);
  output.result({ key, default: usual ?? null, changed }, (style) => {
    const fallback = `the default holds: ${printable(valueText(usual))}`;
    return `${style.green(style.signs.ok)} ${key} ${changed ? 'is no longer set' : 'was not set'}; ${fallback}`;
  });
  return exit.done;
};
