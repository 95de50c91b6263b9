import { z } from 'zod';
import { CliError } from '../errors/cli-error.ts';
import { composeMissing } from './docker-failure.ts';
import { runDocker } from './run-docker.ts';

/** Older ones are not mended any more. */
const oldestEngine = 24;
const oldestCompose = [2, 20, 2] as const;

export interface EngineFacts {
  readonly engine: string;
  readonly compose: string;
}

const versionSchema = z.object({ Server: z.object({ Version: z.string() }) });
const composeSchema = z.object({ version: z.string() });

const numbers = (version: string): number[] => (/\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);

/** Whether one version is older than another. */
export const isOlder = (version: string, than: readonly number[]): boolean => {
  const own = numbers(version);
  for (const [index, wanted] of than.entries()) {
    const part = own[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
};

/**
 * Looks whether there is an engine and a compose that are new enough.
 *
 * @throws CliError docker_missing, docker_not_running, docker_no_permission, docker_too_old, compose_missing
 */
export const requireEngine = async (): Promise<EngineFacts> => {
  const doing = 'look at the Docker engine';
  const { Server } = versionSchema.parse(JSON.parse(await runDocker(['version', '--format', 'json'], { doing })));
  if (isOlder(Server.Version, [oldestEngine]))
    throw new CliError('docker_too_old', `This is Docker ${Server.Version}; messox needs ${oldestEngine} or newer`, {
      fixes: [
        'sudo apt-get install docker-ce (with the packages of docker.com)',
        'https://docs.docker.com/engine/install/',
      ],
    });
  const asked = { doing: 'look at Docker Compose' };
  const { version } = composeSchema.parse(
    JSON.parse(await runDocker(['compose', 'version', '--format', 'json'], asked)),
  );
  if (isOlder(version, oldestCompose)) throw composeMissing(asked.doing);
  return { engine: Server.Version, compose: version };
};
