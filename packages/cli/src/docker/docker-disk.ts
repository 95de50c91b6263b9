import { statfs } from 'node:fs/promises';
import { readEngineInfo } from './engine-info.ts';

export interface DockerDisk {
  readonly folder: string;
  /** Undefined where the engine is on another machine. */
  readonly freeBytes?: number;
}

/** Where Docker keeps volumes, images and logs, and how much is left there. */
export const readDockerDisk = async (): Promise<DockerDisk> => {
  const { rootDir: folder } = await readEngineInfo();
  const space = await statfs(folder).catch(() => undefined);
  return { folder, ...(space ? { freeBytes: space.bavail * space.bsize } : {}) };
};
