import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { say } from '../say.ts';
import { type Engine, startEngine } from './engine.ts';
import { imageArchive, makeImages } from './images.ts';
import { engineFolder, makeRelease, takeEngine } from './release.ts';

/** A system of the release, made when it is first asked for. */
const releaseOnce = (folder: string): (() => Promise<string>) => {
  let made: Promise<void> | undefined;
  return async () => {
    await (made ??= makeRelease(folder));
    return folder;
  };
};

/** An engine with the images in it, made or taken from the cache. All its files are in the folder. */
export const setUpEngine = async (folder: string): Promise<Engine> => {
  const release = releaseOnce(join(folder, 'release'));
  if (!existsSync(join(engineFolder, 'usr/sbin/dockerd'))) await takeEngine(await release());
  await mkdir(join(folder, 'engine'));
  const engine = await startEngine(join(folder, 'engine'), folder);
  const archive = await imageArchive();
  if (existsSync(archive)) {
    say('loading the images');
    await engine.docker('load', '--quiet', '--input', archive);
  } else await makeImages(engine, await release(), archive);
  return engine;
};
