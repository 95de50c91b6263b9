import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder } from '../../../testing/messox.ts';
import type { CheckContext } from '../../check.ts';
import { moduleLinks } from './module-links.ts';

it('refuses modules that are elsewhere, and says how they come here', async () => {
  const dir = await emptyFolder();
  const look = () => moduleLinks.run({ dir } as CheckContext);
  const modules = join(dir, 'modules');
  await mkdir(join(modules, 'paint'), { recursive: true });
  await mkdir(join(dir, 'walls'));
  expect(await look()).toMatchObject({ status: 'ok' });
  await symlink('../walls', join(modules, 'walls'));
  expect(await look()).toEqual({
    status: 'fail',
    why: `modules/walls leads to ${join(dir, 'walls')}, which is not copied into the image`,
    fix: `Put what it leads to there: rm 'modules/walls' && cp -RL '${join(dir, 'walls')}' 'modules/walls'`,
  });
  await rm(join(modules, 'walls'));
  await symlink('../../node_modules', join(modules, 'node_modules'));
  await symlink('../walls', join(modules, '_walls'));
  expect(await look()).toMatchObject({
    status: 'fail',
    why: expect.stringContaining('modules/node_modules') as string,
  });
  await rename(modules, join(dir, 'elsewhere'));
  await symlink('elsewhere', modules);
  expect(await look()).toMatchObject({ status: 'fail', why: expect.stringContaining('modules is a link') as string });
});
