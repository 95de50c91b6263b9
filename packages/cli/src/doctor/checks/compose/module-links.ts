import { lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { modulesFolder } from '@messox/server/project';
import { linksOutside } from '../../../project/links-outside.ts';
import { ownModuleNames } from '../../../project/own-modules.ts';
import { beforeStart, type Check, fail, ok } from '../../check.ts';

export const moduleLinks: Check = {
  id: 'module-links',
  title: 'Links in modules',
  group: 'config',
  when: ['doctor', ...beforeStart],
  modes: ['compose'],
  skip: ({ dir }) => (ownModuleNames(dir).length === 0 ? 'there are no modules of your own' : undefined),
  run: ({ dir }) => {
    if (lstatSync(modulesFolder(dir)).isSymbolicLink())
      return fail(
        'modules is a link, and Docker copies none of what it leads to into the image',
        `Put the folder itself there: rm modules && cp -RL '${realpathSync(modulesFolder(dir))}' modules`,
      );
    // What is no module may be what modules import: node_modules, a file that they share.
    const [link, ...more] = linksOutside(modulesFolder(dir), (name) => /^[._]/.test(name));
    if (!link) return ok('none leads out of the folder, so that the image has all of it');
    const path = join('modules', link.path);
    const others = more.length === 0 ? '' : `, and ${more.length} more do so`;
    return fail(
      `${path} leads to ${link.target}, which is not copied into the image${others}`,
      `Put what it leads to there: rm '${path}' && cp -RL '${link.target}' '${path}'`,
    );
  },
};
