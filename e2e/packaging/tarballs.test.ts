import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './pack.ts';
import { packedOnce } from './packed-once.ts';

interface Manifest {
  name: string;
  bin?: Record<string, string>;
  exports?: Record<string, string | Record<string, string>>;
  dependencies?: Record<string, string>;
}

const names = ['messox', '@messox/server', '@messox/client', '@messox/protocol'];
const packed = new Map<string, { folder: string; files: string[]; manifest: Manifest }>();
const temporary = mkdtempSync(path.join(tmpdir(), 'messox-pack-'));

beforeAll(async () => {
  for (const tarball of await packedOnce()) {
    const folder = path.join(temporary, path.basename(tarball, '.tgz'));
    mkdirSync(folder);
    await execa('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest;
    packed.set(manifest.name, { folder, files, manifest });
  }
}, 120_000);
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

it('packs the four packages', () => {
  expect([...packed.keys()].sort()).toEqual([...names].sort());
});

describe.each(names)('%s', (name) => {
  const tarball = (): NonNullable<ReturnType<typeof packed.get>> => {
    const found = packed.get(name);
    if (!found) throw new Error(`${name} was not packed.`);
    return found;
  };

  it('holds its licence and its description', () => {
    expect(tarball().files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
  });

  it('holds nothing but the programs and what they read', () => {
    const strange = tarball().files.filter(
      (file) =>
        !/^(bin\/|dist\/|LICENSE$|README\.md$|CHANGELOG\.md$|package\.json$|upgrade-notes\.json$)/.test(file) ||
        /\.(test|contract)\.|(^|\/)test(ing)?[./]|\.tsbuildinfo|\.map$|(?<!\.d)\.ts$/.test(file),
    );
    expect(strange).toEqual([]);
  });

  it('holds every file of its sources that is not TypeScript', () => {
    const source = `${root}packages/${name === 'messox' ? 'cli' : name.replace('@messox/', '')}/src`;
    const assets = readdirSync(source, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
      .map((entry) => path.relative(source, path.join(entry.parentPath, entry.name)))
      .filter((file) => !/(^|\/)(fixtures|test|testing|__snapshots__)\//.test(file));
    expect(tarball().files).toEqual(expect.arrayContaining(assets.map((file) => `dist/${file}`)));
  });

  it('has everything that its package.json points to', () => {
    const { manifest, folder } = tarball();
    const targets = [
      ...Object.values(manifest.bin ?? {}),
      ...Object.values(manifest.exports ?? {}).flatMap((target) =>
        typeof target === 'string' ? [target] : Object.values(target),
      ),
    ];
    expect(targets.filter((target) => !existsSync(path.join(folder, target)))).toEqual([]);
    expect(targets).not.toEqual([]);
  });

  it('imports only what it holds or declares', () => {
    const { manifest, folder, files } = tarball();
    const missing = files
      .filter((file) => /\.(js|d\.ts)$/.test(file))
      .flatMap((file) => importsOf(path.join(folder, file)).map((imported) => ({ file, imported })))
      .filter(({ file, imported }) => {
        if (imported.startsWith('.')) return !existsSync(path.join(folder, path.dirname(file), imported));
        const wanted = /^(@[^/]+\/)?[^/]+/.exec(imported)?.[0] ?? imported;
        return !isBuiltin(imported) && manifest.dependencies?.[wanted] === undefined;
      });
    expect(missing).toEqual([]);
  });

  it('names the other packages by version', () => {
    const versions = Object.values(tarball().manifest.dependencies ?? {});
    expect(versions.filter((version) => !/^[\^~]?\d+\.\d+\.\d+/.test(version))).toEqual([]);
  });
});

it('brings the migrations', () => {
  expect(packed.get('@messox/server')?.files).toContainEqual(
    expect.stringMatching(/^dist\/.*\/migrations\/\d{4}-.*\.sql$/),
  );
});

/** What a compiled file imports. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
  // Declarations name the source of a neighbour, which is looked up as its declaration.
  return importedFiles.map(({ fileName }) => fileName.replace(/^(\..*)(?<!\.d)\.ts$/, '$1.d.ts'));
}
