import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { atomicWrite } from '../project/atomic-write.ts';
import { projectPaths } from '../project/paths.ts';
import { type Manifest, sha256 } from './manifest.ts';
import { readIfThere } from '../project/read-if-there.ts';
import { sweepUnfinished } from './sweep-unfinished.ts';

/** Merges that are about to be written: what each file will hold, as SHA-256, and what was generated for it. */
const journalSchema = z.record(z.string(), z.strictObject({ merged: z.string(), next: z.string() }));
type Journal = z.infer<typeof journalSchema>;

const journalOf = (dir: string): string => join(projectPaths(dir).state, 'merging.json');

/** Written before the first of the files: one whose merge is on disk has another base from then on. */
export const beginMerges = (dir: string, journal: Journal): void => {
  if (Object.keys(journal).length > 0) atomicWrite(journalOf(dir), JSON.stringify(journal), { mode: 0o600 });
};

/** After the manifest tells the same. */
export const endMerges = (dir: string): void => {
  sweepUnfinished(journalOf(dir));
  rmSync(journalOf(dir), { force: true });
};

const readJournal = (dir: string): Journal => {
  if (readIfThere(journalOf(dir)) === undefined) return {};
  return journalSchema.parse(JSON.parse(readFileSync(journalOf(dir), 'utf8')));
};

/** What was generated for files whose merge was written by a run that did not come to its end. */
export const unfinishedMerges = (dir: string): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(readJournal(dir)).flatMap(([path, { merged, next }]) => {
      const now = readIfThere(join(dir, path))?.toString('utf8');
      return now !== undefined && sha256(now) === merged ? [[path, next] as const] : [];
    }),
  );

/** The manifest as it would be had that run come to its end. */
export const withMerges = (manifest: Manifest, merges: ReadonlyMap<string, string>): Manifest => ({
  ...manifest,
  files: Object.fromEntries(
    Object.entries(manifest.files).map(([path, entry]) => {
      const next = merges.get(path);
      return [path, next === undefined ? entry : { ...entry, sha256: sha256(next) }];
    }),
  ),
});
