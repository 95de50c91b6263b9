import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { printable } from '../../../output/printable.ts';
import { isSet, withoutValue } from '../../../project/edit-settings.ts';
import { selectSetting, valueText } from '../../../project/setting-values.ts';
import { readSettingsFile } from '../../../project/settings-file.ts';
import { checkSettings } from '../../../project/check-settings.ts';
import { settingsInvalid } from '../../../project/settings.ts';
import { saveSettings } from '../save.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async ({ flags, output }, { key }) => {
  const setting = selectSetting(key);
  const file = readSettingsFile(flags.dir);
  const edited =
    file.document.errors.length === 0 && isSet(file, setting.path) ? withoutValue(file, setting.path) : file;
  const { problems } = checkSettings(edited);
  if (problems) throw settingsInvalid(edited, problems);
  const changed = await saveSettings(flags.dir, file, edited, setting, output);
  output.result({ key, default: setting.default ?? null, changed }, (style) => {
    const fallback = `the default holds: ${printable(valueText(setting.default))}`;
    return `${style.green(style.signs.ok)} ${key} ${changed ? 'is no longer set' : 'was not set'}; ${fallback}`;
  });
  return exit.done;
};
