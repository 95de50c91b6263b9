import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectPaths } from './paths.ts';

/** Whether a server was made in the folder. */
export const isProject = (dir: string): boolean => existsSync(projectPaths(dir).settings);

/**
 * The project folder that is meant where none is named: that of MESSOX_DIR, else the current one; or the folder `data`
 * in it, where that one has the server, as in a clone whose server `npm start` made.
 */
export const usualDir = ({ MESSOX_DIR: named }: NodeJS.ProcessEnv): string => {
  if (named) return resolve(named);
  const current = process.cwd();
  const inside = join(current, 'data');
  return !isProject(current) && isProject(inside) ? inside : current;
};
