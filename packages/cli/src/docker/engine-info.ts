import { z } from 'zod';
import { runDocker } from './run-docker.ts';

/** What the engine says of the machine that it is on. */
export interface EngineInfo {
  /** Where it keeps volumes, images and logs. */
  readonly rootDir: string;
  /** Of the machine, in bytes. */
  readonly memory: number;
  /** How far the clock of this machine is ahead of the engine's, in ms; undefined where that tells no time. */
  readonly aheadMs: number | undefined;
  /** The host name of its machine; undefined where it does not tell. */
  readonly hostname: string | undefined;
}

const infoSchema = z.object({
  DockerRootDir: z.string(),
  MemTotal: z.number(),
  Name: z.string().optional(),
  SystemTime: z.string().optional(),
});

/** @throws CliError docker_missing, docker_not_running, docker_no_permission, docker_failed */
export const readEngineInfo = async (): Promise<EngineInfo> => {
  const told = await runDocker(['info', '--format', 'json'], { doing: 'ask Docker about its machine' });
  const now = Date.now();
  const { DockerRootDir: rootDir, MemTotal: memory, Name: hostname, SystemTime } = infoSchema.parse(JSON.parse(told));
  const time = Date.parse(SystemTime ?? '');
  return { rootDir, memory, aheadMs: Number.isNaN(time) ? undefined : now - time, hostname };
};
