import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { linksOutside } from './links-outside.ts';

it('finds the links that a copy of the folder would not have', async () => {
  const dir = await emptyFolder();
  const folder = join(dir, 'modules');
  await mkdir(join(folder, 'paint', 'lib'), { recursive: true });
  await mkdir(join(folder, '_old'));
  await mkdir(join(dir, 'elsewhere'));
  await writeFile(join(dir, 'elsewhere', 'index.mjs'), '');
  await symlink('../_old', join(folder, 'paint', 'old'));
  await symlink('../../paint', join(folder, 'paint', 'lib', 'self'));
  await symlink('../elsewhere', join(folder, '_old', 'skipped'));
  expect(linksOutside(folder, (name) => name === '_old')).toEqual([]);
  await symlink('../elsewhere', join(folder, 'walls'));
  await symlink(join(folder, 'paint'), join(folder, 'paint', 'lib', 'absolute'));
  expect(linksOutside(folder, (name) => name === '_old').sort((a, b) => a.path.localeCompare(b.path))).toEqual([
    { path: join('paint', 'lib', 'absolute'), target: join(folder, 'paint') },
    { path: 'walls', target: join(dir, 'elsewhere') },
  ]);
});
