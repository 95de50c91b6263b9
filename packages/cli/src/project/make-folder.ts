import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** As `mkdir -p`. Node's own `recursive` never returns where a file system refuses with ENOENT, as /proc does. */
export const makeFolder = (dir: string, mode = 0o777): void => {
  if (isFolder(dir)) return;
  if (dirname(dir) !== dir) makeFolder(dirname(dir));
  mkdirSync(dir, { mode });
};
