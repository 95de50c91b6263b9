import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * As `mkdir -p`. Node's own `recursive` never returns where a file system refuses with ENOENT, as /proc does. What is made
 * has the mode that is given, or what the umask leaves of 0777.
 */
export const makeFolder = (dir: string, mode?: number): void => {
  if (isFolder(dir)) return;
  if (dirname(dir) !== dir) makeFolder(dirname(dir), mode);
  mkdirSync(dir);
  if (mode !== undefined) chmodSync(dir, mode);
};
