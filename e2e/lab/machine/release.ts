import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cache } from '../paths.ts';
import { say } from '../say.ts';

/** Its nginx, PostgreSQL, RabbitMQ and Node are those of the official images, and its engine is one that people have. */
const release = 'forky';
const mirror = 'http://deb.debian.org/debian';
const enginePackages = ['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx', 'containerd'];

/** Apt inside of the release. Its clock may be behind that of the mirror's files. */
const aptGet = (folder: string, ...words: string[]) =>
  execa('chroot', [folder, 'apt-get', '-qq', '-o', 'Acquire::Check-Valid-Until=false', ...words], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    stdin: 'ignore',
  });

/** A minimal system of the release in a new folder. */
export const makeRelease = async (folder: string): Promise<void> => {
  say(`debootstrap of Debian ${release}`);
  const script = `/usr/share/debootstrap/scripts/${existsSync(`/usr/share/debootstrap/scripts/${release}`) ? release : 'sid'}`;
  const what = ['--variant=minbase', '--include=ca-certificates'];
  await execa('debootstrap', [...what, release, folder, mirror, script], { stdin: 'ignore' });
  await aptGet(folder, 'update');
};

/** Where programs of the engine are: they run on the machine itself, as they need next to nothing of it. */
export const engineFolder = join(cache, 'engine');

/** Takes the engine, `docker`, `docker compose` and its builder out of the release's packages. */
export const takeEngine = async (releaseFolder: string): Promise<void> => {
  say('taking the engine out of its packages');
  const debs = join(releaseFolder, 'var', 'cache', 'lab');
  await mkdir(debs, { recursive: true });
  await execa('chroot', [
    releaseFolder,
    'sh',
    '-c',
    `cd /var/cache/lab && apt-get -qq download ${enginePackages.join(' ')}`,
  ]);
  const fresh = `${engineFolder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const deb of await readdir(debs)) await execa('dpkg-deb', ['-x', join(debs, deb), fresh]);
  await rm(engineFolder, { recursive: true, force: true });
  await rename(fresh, engineFolder);
  await rm(debs, { recursive: true, force: true });
};
