import { accessSync, constants, statSync } from 'node:fs';
import { beforeStart, fail, ok, warn, type Check } from '../check.ts';

const isAllowed = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
};

export const folder: Check = {
  id: 'folder',
  title: 'Project folder',
  group: 'config',
  when: ['doctor', ...beforeStart],
  run: ({ dir }) => {
    const stats = statSync(dir, { throwIfNoEntry: false });
    if (!stats?.isDirectory()) return fail(`${dir} is not a folder`, '`messox init`, or name the folder with --dir');
    if (!isAllowed(dir, constants.R_OK | constants.W_OK | constants.X_OK))
      return fail(
        `${dir} cannot be written by this user`,
        `Run messox as its owner, or take it over while the server is stopped: sudo chown -R "$(id -un)" '${dir}'`,
      );
    if ((stats.mode & 0o002) !== 0)
      return warn(`everyone on this machine may write in ${dir}, and so replace the settings`, `chmod o-w '${dir}'`);
    return ok(dir);
  },
};
