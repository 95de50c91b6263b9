import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, messoxHere } from '../../../testing/messox.ts';

it('a backup that is not there is named, with where it was looked for', async () => {
  const dir = await emptyFolder();
  for (const words of [
    ['backup', 'verify'],
    ['restore', '--yes'],
  ]) {
    const { exitCode, stderr } = await messoxHere([...words, join(dir, 'nope')], { dir });
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('[backup_missing]')]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`There is no backup ${join(dir, 'nope')}`);
    expect(stderr).not.toContain('ENOENT');
  }
});
