import { type KnownSettings, knownSettings, ownProblems, withOwn } from '../../project/own-settings.ts';
import type { Settings } from '../../project/schema.ts';
import type { SettingsFile } from '../../project/settings-file.ts';
import { openSettings, settingsInvalid } from '../../project/settings.ts';

/**
 * The file with what it means, for a key: see `knownSettings`.
 *
 * @throws CliError settings_missing, settings_invalid, module_invalid
 */
export const openKnown = async (
  dir: string,
  key: string | undefined,
): Promise<KnownSettings & { readonly file: SettingsFile; readonly settings: Settings }> => {
  const { file, settings } = openSettings(dir);
  const known = await knownSettings(dir, key);
  const problems = ownProblems(file, known.own);
  if (problems.length > 0) throw settingsInvalid(file, problems);
  return { ...known, file, settings: withOwn(settings, known.own) };
};
