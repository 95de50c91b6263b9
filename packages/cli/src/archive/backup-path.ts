import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectPaths } from '../project/paths.ts';

const stamp = (): string =>
  new Date()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')
    .replace('T', '-');

/** Where a backup without a name is written, named for the time; the folder is made. */
export const backupPath = (dir: string): string => {
  const { backups } = projectPaths(dir);
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  return join(backups, `messox-${stamp()}.tar.gz`);
};
