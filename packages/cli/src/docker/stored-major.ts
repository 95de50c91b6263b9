import { join } from 'node:path';
import { parse } from 'yaml';
import { readIfThere } from '../project/read-if-there.ts';
import { dataUid } from '../stack/stack.ts';
import { postgresFolder, postgresVolume } from '../stack/compose/data.ts';
import { cliVersion } from '../version.ts';
import { readDescription } from './describe.ts';
import { imageIdOf } from './image-id.ts';
import { refuseOtherMajor } from './refuse-other-major.ts';
import { runDocker } from './run-docker.ts';
import type { RunningStack } from './stack.ts';

/** It sees the volume and nothing else, and can write nowhere. */
const confined = [
  ...['run', '--rm', '--pull', 'never', '--network', 'none', '--read-only', '--cap-drop', 'ALL'],
  ...['--user', `${dataUid}:${dataUid}`, '--entrypoint', 'cat'],
];

const firstThere = async (images: readonly string[]): Promise<string | undefined> => {
  for (const image of images) if ((await imageIdOf(image)) !== undefined) return image;
  return undefined;
};

/**
 * The major version of PostgreSQL that wrote the data, also while it is stopped: its PG_VERSION, which a program of an image
 * that is there reads. Undefined where there is no data, no such image, or another place for the data.
 *
 * @param version of messox, whose image of the server may be there
 */
export const storedMajor = async (
  { compose: { project }, settings: { deploy } }: RunningStack,
  version: string | undefined,
): Promise<number | undefined> => {
  const volume = `${project}_${postgresVolume.source}`;
  try {
    // A volume that is named in a mount is made where it is not there.
    await runDocker(['volume', 'inspect', volume], { doing: 'look at the volume of PostgreSQL' });
    const { node, postgres } = deploy.images;
    const server = version === undefined ? [] : [`${project}-server:${version}`];
    const image = await firstThere([postgres, ...server, node]);
    if (image === undefined) return undefined;
    const mount = `type=volume,source=${volume},target=${postgresVolume.target},readonly,volume-nocopy`;
    const words = [...confined, '--mount', mount, image, `${postgresFolder}/PG_VERSION`];
    const told = Number.parseInt(await runDocker(words, { doing: 'read the version of the data' }), 10);
    return Number.isNaN(told) ? undefined : told;
  } catch {
    return undefined;
  }
};

/** The image of PostgreSQL that compose will take: that of the settings, unless a file of the admin's names another. */
export const nextPostgres = async ({ compose, dir, settings }: RunningStack): Promise<string> => {
  const read = await readDescription(compose).catch(() => undefined);
  const image = read?.services.postgres?.image;
  const generated = parse(readIfThere(join(dir, 'compose.yaml'))?.toString('utf8') ?? '') as {
    services?: { postgres?: { image?: string } };
  } | null;
  return image === undefined || image === generated?.services?.postgres?.image
    ? settings.deploy.images.postgres
    : image;
};

/** @throws CliError postgres_other_major, where that can be told */
export const refuseStoredMajor = async (stack: RunningStack): Promise<void> =>
  refuseOtherMajor(await nextPostgres(stack), await storedMajor(stack, cliVersion()));
