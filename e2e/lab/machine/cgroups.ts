import { readdirSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const mounted = '/sys/fs/cgroup';

/** Of the lab whose files are in this folder: all its containers are in it, or below. */
export const cgroupOf = (folder: string): string => basename(folder);

/** The folder itself comes last. */
const withFolders = (folder: string): string[] => {
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...below.flatMap(({ name }) => withFolders(join(folder, name))), folder];
};

/** One for all with cgroup v2, else one for each kind of limit. */
const foldersOf = (name: string): string[] => {
  const hierarchies = readdirSync(mounted, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const isOurs = (folder: string) => readdirSync(folder, { withFileTypes: true }).some((entry) => entry.name === name);
  return [mounted, ...hierarchies.map((entry) => join(mounted, entry.name))]
    .filter(isOurs)
    .flatMap((folder) => withFolders(join(folder, name)));
};

/** Removes the groups of processes that are gone: they outlive those. @throws Error when some are not gone after 10 s */
export const removeCgroups = async (folder: string): Promise<void> => {
  const name = cgroupOf(folder);
  for (let tries = 0; ; tries += 1)
    try {
      for (const path of foldersOf(name)) rmdirSync(path);
      return;
    } catch (error) {
      if (tries >= 50) throw error;
      await delay(200);
    }
};
