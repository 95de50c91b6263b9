import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { applyGenerated } from './apply-plan.ts';
import type { GeneratedFile } from './generated-file.ts';
import { readManifest } from './manifest.ts';
import { planFiles, type PlanOptions } from './plan-files.ts';
import { readFolder } from './read-folder.ts';

const lines = (last: string): string => `one\ntwo\nthree\nfour\nfive\n${last}\n`;
const files = (last: string): GeneratedFile[] => [
  { path: 'compose.yaml', mode: 0o644, content: lines(last) },
  { path: 'nginx/nginx.conf', mode: 0o640, content: `# ${last}\n` },
];
const once: GeneratedFile[] = [{ path: 'compose.override.yaml', mode: 0o644, content: 'services: {}\n' }];

const render = (dir: string, next: readonly GeneratedFile[], options?: PlanOptions) => {
  const plan = planFiles(next, readFolder(dir, next), options);
  applyGenerated(dir, { plan, once }, '1.0.0');
  return Object.fromEntries(plan.map(({ action, path }) => [path, action]));
};
const read = (dir: string, path: string) => readFile(join(dir, path), 'utf8');
const times = async (dir: string) =>
  Promise.all(
    (await all(dir)).map(async (path) => [path, (await stat(join(dir, path), { bigint: true })).mtimeNs] as const),
  );
const all = async (dir: string) => (await readdir(dir, { recursive: true })).sort();

describe('writing generated files', () => {
  it('makes them with their modes, in a folder with spaces, and changes nothing again', async () => {
    const dir = join(await emptyFolder(), 'my chat');
    await mkdir(dir);
    expect(render(dir, files('a'))).toEqual({ 'compose.yaml': 'create', 'nginx/nginx.conf': 'create' });
    expect(await read(dir, 'compose.yaml')).toBe(lines('a'));
    expect((await stat(join(dir, 'nginx/nginx.conf'))).mode & 0o777).toBe(0o640);
    expect((await stat(join(dir, '.messox'))).mode & 0o777).toBe(0o700);
    const before = await times(dir);
    expect(render(dir, files('a'))).toEqual({ 'compose.yaml': 'same', 'nginx/nginx.conf': 'same' });
    expect(await times(dir)).toEqual(before);
  });

  it('keeps the mode that a file was given', async () => {
    const dir = await emptyFolder();
    render(dir, files('a'));
    await chmod(join(dir, 'compose.yaml'), 0o600);
    render(dir, files('b'));
    expect(await read(dir, 'compose.yaml')).toBe(lines('b'));
    expect((await stat(join(dir, 'compose.yaml'))).mode & 0o777).toBe(0o600);
  });

  it('brings an edit and a change together, more than once', async () => {
    const dir = await emptyFolder();
    render(dir, files('a'));
    await writeFile(join(dir, 'compose.yaml'), lines('a').replace('one', 'ONE'));
    expect(render(dir, files('a'))).toMatchObject({ 'compose.yaml': 'edited' });
    for (const last of ['b', 'c']) {
      expect(render(dir, files(last))).toMatchObject({ 'compose.yaml': 'merge' });
      expect(await read(dir, 'compose.yaml')).toBe(lines(last).replace('one', 'ONE'));
      expect(render(dir, files(last))).toMatchObject({ 'compose.yaml': 'edited' });
    }
  });

  it('writes beside what it must not overwrite, until the two are one', async () => {
    const dir = await emptyFolder();
    render(dir, files('a'));
    await writeFile(join(dir, 'compose.yaml'), lines('mine'));
    for (let time = 0; time < 2; time += 1) {
      expect(render(dir, files('b'))).toMatchObject({ 'compose.yaml': 'conflict' });
      expect(await read(dir, 'compose.yaml')).toBe(lines('mine'));
      expect(await read(dir, 'compose.yaml.new')).toBe(lines('b'));
    }
    await writeFile(join(dir, 'compose.yaml'), lines('b').replace('one', 'ONE'));
    expect(render(dir, files('b'))).toMatchObject({ 'compose.yaml': 'edited' });
    expect(await all(dir)).not.toContain('compose.yaml.new');
  });

  it("leaves somebody else's file alone, and takes it over when it is the same", async () => {
    const dir = await emptyFolder();
    await writeFile(join(dir, 'compose.yaml'), 'mine\n');
    expect(render(dir, files('a'))).toMatchObject({ 'compose.yaml': 'foreign' });
    expect(await read(dir, 'compose.yaml')).toBe('mine\n');
    expect(readManifest(dir).files).not.toHaveProperty('compose.yaml');
    await writeFile(join(dir, 'compose.yaml'), await read(dir, 'compose.yaml.new'));
    expect(render(dir, files('a'))).toMatchObject({ 'compose.yaml': 'same' });
    expect(render(dir, files('b'))).toMatchObject({ 'compose.yaml': 'replace' });
  });

  it('does not bring back what was removed, until it is told to', async () => {
    const dir = await emptyFolder();
    render(dir, files('a'));
    await rm(join(dir, 'nginx/nginx.conf'));
    await rm(join(dir, 'compose.override.yaml'));
    for (const last of ['a', 'b']) expect(render(dir, files(last))).toMatchObject({ 'nginx/nginx.conf': 'removed' });
    expect(await all(dir)).not.toContain('nginx/nginx.conf');
    expect(await all(dir)).not.toContain('compose.override.yaml');
    expect(render(dir, files('b'), { recreate: true })).toMatchObject({ 'nginx/nginx.conf': 'create' });
    expect(await read(dir, 'nginx/nginx.conf')).toBe('# b\n');
  });

  it('removes what is generated no more, unless somebody edited it', async () => {
    const dir = await emptyFolder();
    render(dir, files('a'));
    expect(render(dir, files('a').slice(0, 1))).toMatchObject({ 'nginx/nginx.conf': 'delete' });
    expect(await all(dir)).not.toContain('nginx/nginx.conf');
    render(dir, files('a'));
    await writeFile(join(dir, 'nginx/nginx.conf'), 'mine\n');
    expect(render(dir, files('a').slice(0, 1))).toMatchObject({ 'nginx/nginx.conf': 'abandon' });
    expect(await read(dir, 'nginx/nginx.conf')).toBe('mine\n');
    expect(render(dir, files('a').slice(0, 1))).toEqual({ 'compose.yaml': 'same' });
  });

  it('does not touch what the admin has where a file is made once', async () => {
    const dir = await emptyFolder();
    await writeFile(join(dir, 'compose.override.yaml'), 'services: { api: {} }\n');
    render(dir, files('a'));
    expect(await read(dir, 'compose.override.yaml')).toBe('services: { api: {} }\n');
  });

  it('never merges what is no text', async () => {
    const dir = await emptyFolder();
    render(dir, files('a'));
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(lines('a'))]);
    await writeFile(join(dir, 'compose.yaml'), bytes);
    expect(render(dir, files('b'))).toMatchObject({ 'compose.yaml': 'conflict' });
    expect(await readFile(join(dir, 'compose.yaml'))).toEqual(bytes);
  });

  it('says that its manifest is broken', async () => {
    const dir = await emptyFolder();
    render(dir, files('a'));
    await writeFile(join(dir, '.messox/manifest.json'), '{');
    expect(() => render(dir, files('a'))).toThrow(expect.objectContaining({ code: 'manifest_invalid' }));
  });
});

/** As it was built, with the program that it is about. */
const killed = fileURLToPath(new URL('../../dist/generated/killed-render.test.fixture.js', import.meta.url));

it('comes to the same end after kill -9 at any step, with an edit and other settings in between', async () => {
  let steps = 0;
  for (let ended = false; !ended; steps += 1) {
    const dir = await emptyFolder();
    render(dir, files('a'));
    await writeFile(join(dir, 'compose.yaml'), lines('a').replace('one', 'ONE'));
    const { exitCode } = await execa(process.execPath, [killed, dir, String(steps)], { reject: false });
    ended = exitCode === 0;
    render(dir, files(steps % 2 === 0 ? 'b' : 'c'));
    render(dir, files('c'));
    expect({ steps, content: await read(dir, 'compose.yaml') }).toEqual({
      steps,
      content: lines('c').replace('one', 'ONE'),
    });
    expect(await read(dir, 'nginx/nginx.conf')).toBe('# c\n');
    expect((await all(dir)).filter((path) => /\.(tmp|new)$/.test(path))).toEqual([]);
  }
  expect(steps).toBeGreaterThan(4);
}, 120_000);
