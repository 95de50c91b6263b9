import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../say.ts';
import { type Engine, startEngine } from './engine.ts';
import { imageArchive, makeImages } from './images.ts';
import { bringPackages } from './packages.ts';
import { engineFolder, makeRelease, takeEngine } from './release.ts';

/** A system of the release, made when it is first asked for and gone with `remove`. */
const releaseOnce = () => {
  let folder: string | undefined;
  return {
    get: async (): Promise<string> => {
      if (folder === undefined) {
        folder = await realpath(await mkdtemp(join(tmpdir(), 'mx-release-')));
        await makeRelease(folder);
      }
      return folder;
    },
    remove: async () => {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
};

/** An engine with the images in it, made or taken from the cache. */
export const setUpEngine = async (): Promise<Engine> => {
  await bringPackages();
  const release = releaseOnce();
  let engine: Engine | undefined;
  try {
    if (!existsSync(join(engineFolder, 'usr/sbin/dockerd'))) await takeEngine(await release.get());
    // Paths of sockets are short.
    engine = await startEngine(await realpath(await mkdtemp(join(tmpdir(), 'mx-lab-'))));
    const archive = await imageArchive();
    if (existsSync(archive)) {
      say('loading the images');
      await engine.docker('load', '--quiet', '--input', archive);
    } else await makeImages(engine, await release.get(), archive);
    return engine;
  } catch (error) {
    await engine?.stop();
    throw error;
  } finally {
    await release.remove();
  }
};
