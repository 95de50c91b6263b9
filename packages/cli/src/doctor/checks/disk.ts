import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { projectPaths } from '../../project/paths.ts';
import { fail, ok, warn, type Check, type Finding } from '../check.ts';
import { GiB, MiB, sizeText } from '../size.ts';

const scarce = GiB;
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

export const judgeDisk = ({ free, freeInodes, inodes }: Disk, path: string): Finding => {
  const facts = `${sizeText(free)} free${inodes > 0 ? ` and ${freeInodes} inodes` : ''} at ${path}`;
  const fewInodes = (bound: number) => inodes > 0 && freeInodes < bound;
  if (free < least || fewInodes(leastInodes))
    return fail(`${facts}; the database would soon stop`, 'Free some space there, or use another folder with --dir.');
  if (free < scarce || fewInodes(scarceInodes))
    return warn(`${facts}; that does not last long`, 'Free some space there.');
  return ok(facts);
};

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)));

export const disk: Check = {
  id: 'disk',
  title: 'Disk',
  group: 'host',
  when: ['doctor', 'up'],
  run: async ({ dir }) => {
    const path = nearestExisting(projectPaths(dir).postgres);
    const { bavail, bsize, ffree, files } = await statfs(path);
    return judgeDisk({ free: bavail * bsize, freeInodes: ffree, inodes: files }, path);
  },
};
