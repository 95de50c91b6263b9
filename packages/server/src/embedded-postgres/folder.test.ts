import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeFolders } from './folder.ts';
import { findRunningPostgres, startEmbeddedPostgres } from './index.ts';
import { newDataDir } from './new-folder.test.fixture.ts';

it.each(['data/postgres', '', '/tmp/two\nlines', '/tmp/zero\0'])('refuses the path %j', async (dataDir) => {
  const refused = {
    code: 'postgres_unreachable_folder',
    message: expect.stringContaining(JSON.stringify(dataDir)) as string,
  };
  await expect(startEmbeddedPostgres({ dataDir, password: 'secret' })).rejects.toMatchObject(refused);
  await expect(findRunningPostgres(dataDir)).rejects.toMatchObject(refused);
});

it('names a file that is in the way', async () => {
  const file = await newDataDir();
  await writeFile(file, '');
  for (const dataDir of [file, path.join(file, 'below')]) {
    await expect(startEmbeddedPostgres({ dataDir, password: 'secret' })).rejects.toMatchObject({
      code: 'postgres_unreachable_folder',
      message: expect.stringContaining(file) as string,
    });
  }
});

it.runIf(process.platform === 'linux')('names a folder that cannot be made', async () => {
  await expect(startEmbeddedPostgres({ dataDir: '/proc/no/such/folder', password: 'secret' })).rejects.toMatchObject({
    code: 'postgres_unreachable_folder',
    message: expect.stringContaining('/proc/no') as string,
  });
});

it('knows one cluster by all its names', async () => {
  const dataDir = await newDataDir();
  await mkdir(dataDir);
  await symlink(dataDir, `${dataDir}-link`);
  await symlink(path.dirname(dataDir), `${dataDir}-parent`);
  const folders = { dataDir, runDir: `${dataDir}.run` };
  expect(await makeFolders(`${dataDir}-link`)).toEqual(folders);
  expect(await makeFolders(path.join(`${dataDir}-parent`, 'postgres'))).toEqual(folders);
  expect(await makeFolders(`${dataDir}/`)).toEqual(folders);
});
