import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Enough for a cluster and its log in one round, and soon filled. */
const sizeMib = 400;

export interface SmallDisk {
  unmount(): Promise<void>;
}

/** Makes `folder` a small file system of its own, in memory; undefined for who may not: it takes root on Linux. */
export const mountSmallDisk = async (folder: string): Promise<SmallDisk | undefined> => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return undefined;
  await mkdir(folder, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m,mode=711`, 'messox-faults', folder]);
  } catch {
    // Root of a container that may not mount.
    return undefined;
  }
  return {
    unmount: async () => {
      await run('umount', ['--lazy', folder]);
    },
  };
};
