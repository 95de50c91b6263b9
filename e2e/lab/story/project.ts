import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { freePort } from '@messox/server/testing';
import { packAll } from '../../packaging/pack.ts';
import { certificateIn } from '../machine/certificate.ts';
import { imageNames } from '../machine/image-names.ts';
import { root } from '../paths.ts';
import type { Messox } from './messox.ts';
import { addModule } from './own-module.ts';

export interface Project {
  readonly dir: string;
  readonly url: string;
  /** What an administrator has put into the folder, by name. */
  readonly added: readonly string[];
}

/** One address stands for all people here. */
const limits = {
  authPerMinute: 100_000,
  restPerSecond: 100_000,
  socketOpensPerSecond: 10_000,
  socketsPerAddress: 10_000,
};

/** The tarballs of a release, as for a machine that installs none from npm. */
const addPackages = async (dir: string, folder: string): Promise<void> => {
  const packed = await mkdtemp(join(folder, 'packed-'));
  await packAll(packed, root);
  await mkdir(join(dir, 'packages'));
  for (const name of await readdir(packed))
    if (/messox-(server|protocol)-/.test(name))
      await copyFile(join(packed, name), join(dir, 'packages', basename(name)));
};

/** Authorities that this machine needs to reach the registry of packages are needed in the build of the image as well. */
const addAuthorities = async (dir: string): Promise<void> => {
  const file = process.env.LAB_REGISTRY_CA;
  if (file === undefined) return;
  const found =
    (await readFile(file, 'utf8')).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const lines = found.map((text) => `ca[]="${text.replaceAll('\n', '\\n')}"`);
  await writeFile(join(dir, '.npmrc'), `${lines.join('\n')}\n`, { mode: 0o600 });
};

const wantedFiles = 65_536;

/** Where even root may not open as many files as the stack asks for, what an administrator puts in asks for less. */
const fitToMachine = async (dir: string): Promise<void> => {
  const [, hard = ''] = /^Max open files\s+\S+\s+(\S+)/m.exec(await readFile('/proc/self/limits', 'utf8')) ?? [];
  if (hard === 'unlimited' || Number(hard) >= wantedFiles) return;
  const less = ['nginx', 'gateway', 'rabbitmq'].map(
    (service) => `  ${service}: { ulimits: { nofile: { soft: ${hard}, hard: ${hard} } } }`,
  );
  await writeFile(join(dir, 'compose.override.yaml'), `services:\n${less.join('\n')}\n`);
};

/** What `init` makes, with TLS by a certificate of one's own, the images that stand in for the official ones, and a module. */
export const makeProject = async (messox: Messox, folder: string): Promise<Project> => {
  const dir = join(folder, 'chat');
  await mkdir(dir);
  const [http, https] = [await freePort(), await freePort()];
  const tls = { mode: 'files', ...certificateIn(folder) };
  const where = { domain: 'localhost', tls, bind: '127.0.0.1', ports: { http, https } };
  const settings = {
    mode: 'compose',
    deploy: { ...where, memoryMb: 3_000, limits, images: imageNames },
    limits: { catchUpEntries: 1_000_000 },
  };
  const files = ['--tls', 'files', '--certificate', tls.certificate, '--key', tls.key];
  await messox.run(dir, ['init', '--yes', '--mode', 'compose', '--domain', 'localhost', ...files]);
  // As an administrator edits it: JSON is YAML, too.
  await writeFile(join(dir, 'messox.yaml'), `# Of the lab.\n${JSON.stringify(settings, undefined, 2)}\n`);
  const made = await readdir(dir);
  await addPackages(dir, folder);
  await addAuthorities(dir);
  await fitToMachine(dir);
  await addModule(dir);
  const added = (await readdir(dir)).filter((name) => !made.includes(name));
  return { dir, url: `https://localhost:${https}`, added };
};
