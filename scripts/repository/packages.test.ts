import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../setup/paths.js';
import { type Manifest, publishedPackages, repositoryFiles, textOf } from './files.ts';

const everyManifest = repositoryFiles()
  .filter((path) => path.endsWith('package.json') && !path.startsWith('templates/'))
  .map((path): [string, Manifest] => [path, JSON.parse(textOf(path)) as Manifest]);

const licences: Record<string, string> = {
  messox: 'AGPL-3.0-or-later',
  '@messox/server': 'AGPL-3.0-or-later',
  '@messox/client': 'MIT',
  '@messox/protocol': 'MIT',
};

describe.each(publishedPackages())('$manifest.name', ({ folder, manifest }) => {
  it('has the licence of docs/decisions/0001-licence.md, in words too', () => {
    expect(manifest.license).toBe(licences[manifest.name]);
    const heading = manifest.license === 'MIT' ? 'MIT License' : 'GNU AFFERO GENERAL PUBLIC LICENSE';
    expect(textOf(`${folder}/LICENSE`).split('\n')[0]).toBe(heading);
  });

  it('says what it is and which Node it runs on', () => {
    expect(textOf(`${folder}/README.md`)).toContain(`# ${manifest.name}`);
    expect(manifest.engines?.node).toBe('>=20.19');
  });

  it('has the version of all the others', () => {
    expect(manifest.version).toBe(publishedPackages()[0]?.manifest.version);
  });

  it('is released together with the others', () => {
    const { fixed } = JSON.parse(textOf('.changeset/config.json')) as { fixed: string[][] };
    expect(fixed[0]).toContain(manifest.name);
  });
});

it('publishes these four', () => {
  expect(
    publishedPackages()
      .map(({ manifest }) => manifest.name)
      .sort(),
  ).toEqual(Object.keys(licences).sort());
});

it.each(everyManifest)('%s names no place on the network', (_, manifest) => {
  const { repository, homepage, bugs, dependencies, devDependencies } = manifest;
  expect({ repository, homepage, bugs }).toEqual({});
  const versions = Object.values({ ...dependencies, ...devDependencies });
  expect(versions.filter((version) => /[/@]|^(?!workspace)\w+:/.test(version))).toEqual([]);
});

it('pins the package manager exactly', () => {
  expect((JSON.parse(textOf('package.json')) as Manifest).packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
});

it('has a lock file without addresses', () => {
  const addressed = textOf('pnpm-lock.yaml')
    .split('\n')
    .filter((line) => /tarball:|registry:|https?:\/\//.test(line));
  expect(addressed).toEqual([]);
});

it('belongs to no hosting service', () => {
  expect(['.github', '.gitlab-ci.yml', '.gitea', '.forgejo'].filter((path) => existsSync(root + path))).toEqual([]);
});
