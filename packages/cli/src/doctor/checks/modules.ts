import { translate } from '../../errors/translate.ts';
import { checkOwnModules, ownModuleNames } from '../../project/own-modules.ts';
import { beforeStart, type Check, needsSettings, ok, warn } from '../check.ts';

export const modules: Check = {
  id: 'modules',
  title: 'Own modules',
  group: 'config',
  when: ['doctor', ...beforeStart],
  skip: (context) =>
    ownModuleNames(context.dir).length === 0 ? 'there are no modules of your own' : needsSettings(context),
  run: async ({ dir, settings }) => {
    try {
      return ok(`can be loaded: ${(await checkOwnModules(dir)).join(', ')}`);
    } catch (error) {
      const { message } = translate(error);
      // The image has a Node of its own.
      if (settings?.mode === 'compose' && message.includes('Unknown file extension'))
        return warn(
          `cannot be looked at here, where Node is ${process.version}: ${message}`,
          'Take Node 22.18 or newer on this machine, too',
        );
      throw error;
    }
  },
};
