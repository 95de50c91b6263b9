import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import { runDocker } from '../../../docker/run-docker.ts';

export interface DockerDisk {
  readonly folder: string;
  /** Undefined where the engine is on another machine. */
  readonly freeBytes?: number;
}

/** Where Docker keeps volumes, images and logs, and how much is left there. */
export const readDockerDisk = async (): Promise<DockerDisk> => {
  const told = await runDocker(['info', '--format', 'json'], { doing: 'ask Docker where its data is' });
  const { DockerRootDir: folder } = z.object({ DockerRootDir: z.string() }).parse(JSON.parse(told));
  const space = await statfs(folder).catch(() => undefined);
  return { folder, ...(space ? { freeBytes: space.bavail * space.bsize } : {}) };
};
