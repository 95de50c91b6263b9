import { z } from 'zod';
import { runDocker } from './run-docker.ts';

/** What the engine says of the machine that it is on. */
export interface EngineInfo {
  /** Where it keeps volumes, images and logs. */
  readonly rootDir: string;
  /** Of the machine, in bytes. */
  readonly memory: number;
}

const infoSchema = z.object({ DockerRootDir: z.string(), MemTotal: z.number() });

/** @throws CliError docker_missing, docker_not_running, docker_no_permission, docker_failed */
export const readEngineInfo = async (): Promise<EngineInfo> => {
  const told = await runDocker(['info', '--format', 'json'], { doing: 'ask Docker about its machine' });
  const { DockerRootDir: rootDir, MemTotal: memory } = infoSchema.parse(JSON.parse(told));
  return { rootDir, memory };
};
