import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectPaths } from '../../project/paths.ts';
import { ownFiles } from '../../stack/index.ts';

/**
 * What is in the folder beside the files that go and the state of messox. A folder that messox made nothing in is one line.
 *
 * @param edited generated files that stay
 */
export const whatStays = (dir: string, files: readonly string[], edited: readonly string[]): string[] => {
  const made = [...files, ...edited, ...ownFiles.map(({ path }) => path)];
  const below = (folder: string): string[] =>
    readdirSync(join(dir, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (files.includes(path) || files.includes(`${path}/`) || join(dir, path) === projectPaths(dir).state) return [];
      if (!entry.isDirectory()) return [path];
      return made.some((file) => file.startsWith(`${path}/`)) ? below(path) : [`${path}/`];
    });
  return below('').sort();
};
