import { type Dirent, readdirSync, readlinkSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';

/** A link, by its path in the folder that was looked through, and what it says. */
interface Link {
  readonly path: string;
  /** Absolute. */
  readonly target: string;
}

const isWithin = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}${sep}`);

/**
 * Symbolic links in a folder that lead out of it, or would where the folder lies elsewhere: those by an absolute path.
 * Entries of the folder itself for which `skips` holds are not looked at.
 */
export const linksOutside = (folder: string, skips: (name: string) => boolean): Link[] => {
  const linkAt = (path: string): Link[] => {
    const text = readlinkSync(join(folder, path));
    const target = resolve(folder, path, '..', text);
    return isAbsolute(text) || !isWithin(folder, target) ? [{ path, target }] : [];
  };
  const entriesOf = (path: string): Dirent[] => readdirSync(join(folder, path), { withFileTypes: true });
  const walk = (path: string): Link[] =>
    entriesOf(path)
      .filter(({ name }) => path !== '' || !skips(name))
      .flatMap((entry) => {
        const below = join(path, entry.name);
        if (entry.isSymbolicLink()) return linkAt(below);
        return entry.isDirectory() ? walk(below) : [];
      });
  return walk('');
};
