import { readdirSync } from 'node:fs';

/**
 * Every file in a folder and the folders in it, as paths relative to it, without what was installed or built.
 * @param {string} folder with a slash at its end
 * @param {readonly string[]} [without] names of folders to leave out
 * @returns {string[]}
 */
export function filesIn(folder, without = ['node_modules', 'dist', '.git']) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return [entry.name];
    if (!entry.isDirectory() || without.includes(entry.name)) return [];
    return filesIn(`${folder}${entry.name}/`, without).map((path) => `${entry.name}/${path}`);
  });
}
