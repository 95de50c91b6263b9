import type { Output } from '../../output/output.ts';
import { atomicWrite } from '../../project/atomic-write.ts';
import { checkSettings } from '../../project/check-settings.ts';
import { withLock } from '../../project/lock.ts';
import { whyIgnored } from '../../project/ignored-setting.ts';
import { readServerState } from '../../project/server-state.ts';
import { CliError } from '../../errors/cli-error.ts';
import { readValues } from '../../project/setting-values.ts';
import type { Setting } from '../../project/setting.ts';
import { readSettingsFile, type SettingsFile } from '../../project/settings-file.ts';
import { untilItHolds } from './takes-hold.ts';

interface Edit {
  readonly file: SettingsFile;
  readonly edited: SettingsFile;
  readonly setting: Setting;
}

const tellUntilItHolds = async (dir: string, { edited, file, setting }: Edit, output: Output): Promise<void> => {
  const running = readServerState(dir);
  const { settings } = checkSettings(edited);
  if (!settings || whyIgnored(setting.key, settings) !== undefined) return;
  if (running) {
    const [now] = readValues([setting], edited, settings);
    const told = now && untilItHolds(now, running);
    if (told !== undefined) output.warn(told);
  } else if (settings.mode === 'compose') {
    const { untilStackHolds } = await import('./stack-holds.ts');
    output.say(untilStackHolds(dir, checkSettings(file).settings, settings));
  }
};

/** Writes the file in which `setting` was edited, unless nothing changed; tells whether it did, and when it holds. */
export const saveSettings = async (
  dir: string,
  file: SettingsFile,
  edited: SettingsFile,
  setting: Setting,
  output: Output,
): Promise<boolean> => {
  if (edited.source === file.source) return false;
  await withLock(dir, 'config', async () => {
    if (readSettingsFile(dir).source !== file.source)
      throw new CliError('locked', 'messox.yaml was changed by someone else at this moment', {
        fixes: ['Run the command again.'],
      });
    atomicWrite(file.path, edited.source, { mode: 0o644 });
  });
  await tellUntilItHolds(dir, { edited, file, setting }, output);
  return true;
};
