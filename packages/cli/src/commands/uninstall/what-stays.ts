import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectPaths } from '../../project/paths.ts';
import { ownFiles } from '../../stack/index.ts';
import { unlessHidden } from './unless-hidden.ts';

/**
 * What is in the folder beside the files that go and the state of messox. A folder that messox made
 * nothing in, or that this user may not look into, is one line.
 *
 * @param edited generated files that stay
 */
export const whatStays = (dir: string, files: readonly string[], edited: readonly string[]): string[] => {
  const made = [...files, ...edited, ...ownFiles.map(({ path }) => path)];
  const stays = (entry: Dirent, folder: string): string[] => {
    const path = join(folder, entry.name);
    if (files.includes(path) || files.includes(`${path}/`) || join(dir, path) === projectPaths(dir).state) return [];
    if (!entry.isDirectory()) return [path];
    const whole = [`${path}/`];
    return made.some((file) => file.startsWith(`${path}/`)) ? unlessHidden(() => below(path), whole) : whole;
  };
  const below = (folder: string): string[] =>
    readdirSync(join(dir, folder), { withFileTypes: true }).flatMap((entry) => stays(entry, folder));
  return below('').sort();
};
