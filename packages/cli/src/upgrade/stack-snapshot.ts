import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Container } from '../docker/containers.ts';
import { imageIdOf } from '../docker/image-id.ts';
import { runDocker } from '../docker/run-docker.ts';
import { oldestProcess } from '../docker/server-version.ts';
import { besidePath } from '../generated/apply-plan.ts';
import { manifestSchema, manifestText, readManifest, sha256 } from '../generated/manifest.ts';
import type { Rendering } from '../generated/render-project.ts';
import { atomicWrite } from '../project/atomic-write.ts';
import { makeFolder } from '../project/make-folder.ts';
import { projectPaths } from '../project/paths.ts';
import { readIfThere } from '../project/read-if-there.ts';
import type { StackSnapshot } from './record.ts';

const textOf = (path: string): string | undefined => readIfThere(path)?.toString('utf8');

const fileAt = (path: string): StackSnapshot['files'][string] => {
  const content = textOf(path);
  return content === undefined ? null : { content, mode: statSync(path).mode & 0o777 };
};

const basesOf = (dir: string): StackSnapshot['base'] => {
  const { base } = projectPaths(dir);
  if (statSync(base, { throwIfNoEntry: false }) === undefined) return {};
  const paths = readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [path.slice(base.length + 1), textOf(path) ?? '']));
};

const besidesOf = ({ dir, plan }: Rendering): StackSnapshot['beside'] =>
  Object.fromEntries(
    plan.flatMap(({ action, next, path }) => {
      const before = fileAt(join(dir, besidePath(path)));
      const isWritten = action === 'conflict' || action === 'foreign';
      return next && (isWritten || before) ? [[besidePath(path), { before, written: sha256(next.content) }]] : [];
    }),
  );

/**
 * What the processes of the server run; where some were replaced already, what the others do. Of a server that is stopped it
 * is the image of its version; null where that is not there.
 */
export const imageBefore = async (
  containers: readonly Container[],
  project: string,
  version: string | undefined,
): Promise<StackSnapshot['image']> => {
  const running = oldestProcess(containers);
  if (running) return { name: running.image, id: running.imageId };
  const name = `${project}-server:${version ?? ''}`;
  const id = version === undefined ? undefined : await imageIdOf(name);
  return id === undefined ? null : { name, id };
};

/** Lines with the image of that name, of whatever version. */
const imageLine = (name: string): RegExp => {
  const repository = name.slice(0, name.lastIndexOf(':')).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<=^ +image: )${repository}:\d+\.\d+\.\d+\S*$`, 'gm');
};

/**
 * Another command of the new version may have written compose.yaml before the upgrade: what it names then is not what
 * runs, and what runs is what one goes back to.
 */
export const namingWhatRuns = (snapshot: StackSnapshot): StackSnapshot => {
  const { base, files, image, manifest } = snapshot;
  const { 'compose.yaml': file } = files;
  if (!image || !file || !imageLine(image.name).test(` image: ${image.name}`)) return snapshot;
  const named = (text: string): string => text.replace(imageLine(image.name), image.name);
  const { 'compose.yaml': last } = base;
  if (named(file.content) === file.content && (last === undefined || named(last) === last)) return snapshot;
  const generated = last ?? file.content;
  const known = manifest === null ? undefined : manifestSchema.parse(JSON.parse(manifest));
  const entry = known?.files['compose.yaml'];
  return {
    ...snapshot,
    files: { ...files, 'compose.yaml': { ...file, content: named(file.content) } },
    base: last === undefined ? base : { ...base, 'compose.yaml': named(last) },
    manifest:
      known && entry?.sha256 === sha256(generated)
        ? manifestText({
            ...known,
            files: { ...known.files, 'compose.yaml': { ...entry, sha256: sha256(named(generated)) } },
          })
        : manifest,
  };
};

/** The generated part of the folder, with what the rendering will change, and the image of the server. */
export const takeSnapshot = (rendering: Rendering, image: StackSnapshot['image']): StackSnapshot => {
  const { dir, plan } = rendering;
  const paths = [...Object.keys(readManifest(dir).files), ...plan.map(({ path }) => path)];
  return namingWhatRuns({
    files: Object.fromEntries([...new Set(paths)].map((path) => [path, fileAt(join(dir, path))])),
    base: basesOf(dir),
    beside: besidesOf(rendering),
    manifest: textOf(projectPaths(dir).manifest) ?? null,
    image,
  });
};

const put = (path: string, content: string, mode: number): void => {
  makeFolder(dirname(path), 0o755);
  atomicWrite(path, content, { mode });
};

/** What somebody has worked on since stays. */
const putBesidesBack = (dir: string, beside: StackSnapshot['beside']): void => {
  for (const [path, { before, written }] of Object.entries(beside)) {
    const target = join(dir, path);
    const current = textOf(target);
    if (current === before?.content || (current !== undefined && sha256(current) !== written)) continue;
    if (before) put(target, before.content, before.mode);
    else rmSync(target, { force: true });
  }
};

/**
 * Puts the files back. One that somebody has edited since is kept, and what it was is written beside it.
 *
 * @returns the paths that were kept
 */
export const putFilesBack = (dir: string, { base, beside, files, manifest }: StackSnapshot): string[] => {
  putBesidesBack(dir, beside);
  const { files: generated } = readManifest(dir);
  const kept: string[] = [];
  for (const [path, before] of Object.entries(files)) {
    const target = join(dir, path);
    const current = textOf(target);
    if (current === before?.content) continue;
    if (current !== undefined && sha256(current) !== generated[path]?.sha256) {
      kept.push(path);
      if (before) put(join(dir, besidePath(path)), before.content, before.mode);
    } else if (before) put(target, before.content, before.mode);
    else rmSync(target, { force: true });
  }
  for (const [path, content] of Object.entries(base)) put(join(projectPaths(dir).base, path), content, 0o600);
  if (manifest === null) rmSync(projectPaths(dir).manifest, { force: true });
  else put(projectPaths(dir).manifest, manifest, 0o600);
  return kept;
};

/** Lets the name of the image mean what it meant: another build may have taken it. */
export const putImageBack = async (image: StackSnapshot['image']): Promise<void> => {
  if (image) await runDocker(['tag', image.id, image.name], { doing: 'name the image of before' });
};
