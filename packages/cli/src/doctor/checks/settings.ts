import { loadSettings } from '../../project/settings.ts';
import { translate } from '../../errors/translate.ts';
import { beforeStart, fail, ok, type Check } from '../check.ts';

export const settings: Check = {
  id: 'settings',
  title: 'Settings',
  group: 'config',
  when: ['doctor', ...beforeStart],
  run: ({ dir }) => {
    try {
      loadSettings(dir);
      return ok('messox.yaml is valid');
    } catch (error) {
      const { message, detail, fixes } = translate(error);
      return fail([message, detail].filter(Boolean).join('\n'), fixes[0] ?? '`messox config validate`');
    }
  },
};
