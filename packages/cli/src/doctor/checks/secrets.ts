import { statSync } from 'node:fs';
import { translate } from '../../errors/translate.ts';
import { projectPaths } from '../../project/paths.ts';
import { loadSecrets } from '../../project/secrets.ts';
import { beforeStart, fail, needsSettings, ok, warn, type Check } from '../check.ts';

export const secrets: Check = {
  id: 'secrets',
  title: 'Secrets',
  group: 'config',
  when: ['doctor', ...beforeStart],
  modes: ['embedded'],
  skip: needsSettings,
  run: ({ dir }) => {
    try {
      loadSecrets(dir);
    } catch (error) {
      const { message, fixes } = translate(error);
      return fail(message, fixes[0] ?? '`messox init`');
    }
    const path = projectPaths(dir).secrets;
    const mode = statSync(path).mode & 0o777;
    if ((mode & 0o077) !== 0)
      return warn(
        `.env has the mode ${mode.toString(8)}: others on this machine can read the secrets`,
        `chmod 600 '${path}'`,
      );
    return ok('.env holds every secret and is readable for its owner alone');
  },
};
