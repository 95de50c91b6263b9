import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { cache, imageSources } from '../paths.ts';
import { say } from '../say.ts';
import type { Engine } from './engine.ts';
import { imageNames } from './image-names.ts';

/** The archive of the images, named for what they are made of: a change of it makes others. */
export const imageArchive = async (): Promise<string> => {
  const files = await readdir(imageSources, { recursive: true, withFileTypes: true });
  const paths = files.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const hash = createHash('sha256');
  for (const path of paths.sort()) hash.update(path.slice(imageSources.length)).update(await readFile(path));
  return join(cache, `images-${hash.digest('hex').slice(0, 12)}.tar`);
};

/** The system in the folder as an image. */
const importBare = async ({ env }: Engine, release: string): Promise<void> => {
  const without = ['./var/cache/apt/*', './usr/share/doc/*', './usr/share/locale/*'].map((path) => `--exclude=${path}`);
  const tar = spawn('tar', ['-C', release, ...without, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const docker = spawn('docker', ['import', '--change', 'CMD ["/bin/sh"]', '-', 'messox-lab/bare:1'], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(docker, 'exit');
  await pipeline(tar.stdout, docker.stdin);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error('docker import failed');
};

/** npm is a folder of JavaScript; this one came with the Node that runs here. */
const npmFolder = async (): Promise<string> => {
  const { stdout } = await execa('npm', ['root', '--global'], { stdin: 'ignore' });
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules');
  const folder = [stdout, beside].map((path) => join(path, 'npm')).find((path) => existsSync(join(path, 'bin')));
  if (folder === undefined) throw new Error('There is no npm beside this Node.');
  return folder;
};

/** Makes all images of the release, side by side, and keeps them in the archive. */
export const makeImages = async (engine: Engine, release: string, archive: string): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'mx-images-'));
  const build = async (name: string, tag: string): Promise<void> => {
    say(`making the image ${tag}`);
    await engine.docker('build', '--quiet', '--network', 'host', '--tag', tag, join(folder, name));
  };
  try {
    await importBare(engine, release);
    await cp(imageSources, folder, { recursive: true });
    await cp(await npmFolder(), join(folder, 'node', 'npm'), { recursive: true });
    await build('base', 'messox-lab/base:1');
    await Promise.all(Object.entries(imageNames).map(([name, tag]) => build(name, tag)));
    say('keeping the images for the next time');
    await mkdir(cache, { recursive: true });
    await engine.docker('save', '--output', `${archive}.new`, ...Object.values(imageNames));
    await rename(`${archive}.new`, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
