import type { Output } from '../../output/output.ts';
import { atomicWrite } from '../../project/atomic-write.ts';
import { withLock } from '../../project/lock.ts';
import { readServerState } from '../../project/server-state.ts';
import { CliError } from '../../errors/cli-error.ts';
import { readSettingsFile, type SettingsFile } from '../../project/settings-file.ts';

/** Writes the edited file, unless nothing changed; tells whether it did. A running server needs a restart. */
export const saveSettings = async (
  dir: string,
  file: SettingsFile,
  edited: SettingsFile,
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
  if (readServerState(dir)) output.warn('The server runs with the old settings until messox restart');
  return true;
};
