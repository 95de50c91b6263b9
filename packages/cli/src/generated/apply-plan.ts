import { chmodSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atomicWrite } from '../project/atomic-write.ts';
import { makeFolder } from '../project/make-folder.ts';
import { projectPaths } from '../project/paths.ts';
import type { GeneratedFile } from './generated-file.ts';
import { emptyManifest, type Manifest, type ManifestEntry, manifestText, readManifest, sha256 } from './manifest.ts';
import type { PlannedFile } from './plan-files.ts';
import { beginMerges, endMerges, unfinishedMerges, withMerges } from './merge-journal.ts';
import { readIfThere } from '../project/read-if-there.ts';
import { sweepUnfinished } from './sweep-unfinished.ts';

/** Where a generated file is written whose own place is taken. */
export const besidePath = (path: string): string => `${path}.new`;

/** A new one gets its mode whatever the umask is: it is read by the users of containers, too. */
const write = (path: string, content: string, mode: number): void => {
  makeFolder(dirname(path), 0o755);
  sweepUnfinished(path);
  const current = readIfThere(path)?.toString('utf8');
  if (current === content) return;
  atomicWrite(path, content, { mode });
  if (current === undefined) chmodSync(path, mode);
};

/** A generated file beside one that was kept goes when it is needed no more, unless somebody has worked on it. */
const removeBeside = (path: string, { content }: GeneratedFile): void => {
  if (readIfThere(path)?.toString('utf8') === content) rmSync(path, { force: true });
};

const applyFile = (dir: string, { action, content, next, path }: PlannedFile): void => {
  const target = join(dir, path);
  const base = join(projectPaths(dir).base, path);
  if (action === 'delete') rmSync(target, { force: true });
  if (next === undefined || action === 'removed') return;
  if (action === 'conflict' || action === 'foreign') {
    write(join(dir, besidePath(path)), next.content, next.mode);
    return;
  }
  // A merge needs the old base until it is written; for what nobody edited the base tells that it is still so.
  if (action === 'merge') {
    write(target, content ?? next.content, next.mode);
    write(base, next.content, 0o600);
  } else {
    write(base, next.content, 0o600);
    if (content !== undefined) write(target, content, next.mode);
  }
  removeBeside(join(dir, besidePath(path)), next);
};

/** The base of an edited file stays until its edits and what is generated have been brought together. */
const entryOf = (last: Manifest, { action, next, path }: PlannedFile, version: string): ManifestEntry | undefined => {
  if (next === undefined || action === 'foreign') return undefined;
  if (action === 'conflict' || action === 'removed') return last.files[path];
  const hash = sha256(next.content);
  const known = last.files[path];
  return known?.sha256 === hash ? known : { sha256: hash, mode: next.mode, version };
};

const makeOnce = (dir: string, { content, mode, path }: GeneratedFile): void => {
  const target = join(dir, path);
  if (readIfThere(target) === undefined) write(target, content, mode);
};

const journalOf = (plan: readonly PlannedFile[]) =>
  Object.fromEntries(
    plan.flatMap(({ action, content, next, path }) =>
      action === 'merge' && content !== undefined && next
        ? [[path, { merged: sha256(content), next: next.content }] as const]
        : [],
    ),
  );

export interface GeneratedSet {
  readonly plan: readonly PlannedFile[];
  /** The admin's own files: made where they never were. */
  readonly once: readonly GeneratedFile[];
}

/**
 * Does what the plan says: the files first, then the manifest that tells of them, so that whatever an interruption leaves
 * is told apart from an edit by the next run. The caller has the lock of the folder.
 */
export const applyGenerated = (dir: string, { once, plan }: GeneratedSet, version: string): void => {
  makeFolder(projectPaths(dir).state, 0o700);
  const merges = unfinishedMerges(dir);
  const last = withMerges(readManifest(dir), merges);
  for (const [path, next] of merges) write(join(projectPaths(dir).base, path), next, 0o600);
  beginMerges(dir, journalOf(plan));
  for (const file of once) if (!last.made.includes(file.path)) makeOnce(dir, file);
  for (const file of plan) applyFile(dir, file);
  const entries = plan.flatMap((file) => {
    const entry = entryOf(last, file, version);
    return entry ? [[file.path, entry] as const] : [];
  });
  const made = [...new Set([...last.made, ...once.map(({ path }) => path)])].sort();
  const manifest: Manifest = { ...emptyManifest, files: Object.fromEntries(entries), made };
  write(projectPaths(dir).manifest, manifestText(manifest), 0o600);
  endMerges(dir);
  for (const path of Object.keys(last.files))
    if (!(path in manifest.files)) rmSync(join(projectPaths(dir).base, path), { force: true });
};
