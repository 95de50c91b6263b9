import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { reachProblems } from '../../../project/reach.ts';
import { requireSecretFiles } from '../../../project/secret-files.ts';
import { loadSecrets } from '../../../project/secrets.ts';
import { settingsInvalid } from '../../../project/settings.ts';
import { tellRefused } from '../../../project/own-settings.ts';
import { openKnown } from '../open-known.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async ({ flags, output }) => {
  const { file, own, settings } = await openKnown(flags.dir, undefined);
  tellRefused(own, output);
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
