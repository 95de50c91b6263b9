import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { reachProblems } from '../../../project/reach.ts';
import { requireSecretFiles } from '../../../project/secret-files.ts';
import { loadSecrets } from '../../../project/secrets.ts';
import { openSettings, settingsInvalid } from '../../../project/settings.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async ({ flags, output }) => {
  const { file, settings } = openSettings(flags.dir);
  if (settings.mode === 'compose') {
    // Containers have addresses and secrets of their own.
    requireSecretFiles(flags.dir, settings.mode);
    output.result({ valid: true }, (style) => `${style.green(style.signs.ok)} messox.yaml and secrets/ are valid`);
    return exit.done;
  }
  const problems = await reachProblems(flags.dir, file, settings);
  if (problems.length > 0) throw settingsInvalid(file, problems);
  loadSecrets(flags.dir);
  output.result({ valid: true }, (style) => `${style.green(style.signs.ok)} messox.yaml and .env are valid`);
  return exit.done;
};
