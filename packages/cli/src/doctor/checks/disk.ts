import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { projectPaths } from '../../project/paths.ts';
import { beforeStart, fail, ok, warn, type Check, type Finding } from '../check.ts';
import { GiB, MiB, sizeText } from '../size.ts';

/** PostgreSQL stops when it cannot write its log ahead, in files of 16 MiB. */
const least = 128 * MiB;
const scarceInodes = 10_000;
const leastInodes = 1_000;

export interface Disk {
  /** Bytes. */
  readonly free: number;
  readonly freeInodes: number;
  /** 0 for file systems that do not count them. */
  readonly inodes: number;
}

export interface DiskWants {
  /** Below so many bytes it is told. */
  readonly scarce: number;
  readonly fix: string;
}

const usualWants: DiskWants = { scarce: GiB, fix: 'Free some space there.' };

export const judgeDisk = ({ free, freeInodes, inodes }: Disk, path: string, { fix, scarce } = usualWants): Finding => {
  const facts = `${sizeText(free)} free${inodes > 0 ? ` and ${freeInodes} inodes` : ''} at ${path}`;
  const fewInodes = (bound: number) => inodes > 0 && freeInodes < bound;
  if (free < least || fewInodes(leastInodes)) return fail(`${facts}; the database would soon stop`, fix);
  if (free < scarce || fewInodes(scarceInodes)) return warn(`${facts}; that does not last long`, fix);
  return ok(facts);
};

export const readDisk = async (path: string): Promise<Disk> => {
  const { bavail, bsize, ffree, files } = await statfs(path);
  return { free: bavail * bsize, freeInodes: ffree, inodes: files };
};

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)));

export const disk: Check = {
  id: 'disk',
  title: 'Disk',
  group: 'host',
  when: ['doctor', ...beforeStart],
  run: async ({ dir }) => {
    const path = nearestExisting(projectPaths(dir).postgres);
    return judgeDisk(await readDisk(path), path);
  },
};
