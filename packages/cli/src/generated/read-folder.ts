import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { projectPaths } from '../project/paths.ts';
import type { GeneratedFile } from './generated-file.ts';
import { readManifest } from './manifest.ts';
import { unfinishedMerges, withMerges } from './merge-journal.ts';
import type { FolderState } from './plan-files.ts';
import { readIfThere } from '../project/read-if-there.ts';

/** Looks at what these files, and those that were generated last, hold now. Throws `manifest_invalid`. */
export const readFolder = (dir: string, files: readonly GeneratedFile[]): FolderState => {
  const merges = unfinishedMerges(dir);
  const manifest = withMerges(readManifest(dir), merges);
  const current = new Map<string, string>();
  const base = new Map<string, string>();
  for (const path of new Set([...files.map((file) => file.path), ...Object.keys(manifest.files)])) {
    const now = readIfThere(join(dir, path));
    const last = merges.get(path) ?? readIfThere(join(projectPaths(dir).base, path))?.toString('utf8');
    if (now) current.set(path, now.toString('utf8'));
    // What is not text cannot be merged: without its base it is kept as it is.
    if (last !== undefined && (now === undefined || isUtf8(now))) base.set(path, last);
  }
  return { manifest, current, base };
};
