import { join } from 'node:path';
import type { GeneratedFile } from '../../generated/generated-file.ts';
import { readManifest, sha256 } from '../../generated/manifest.ts';
import { readIfThere } from '../../project/read-if-there.ts';
import { ownFiles } from '../../stack/index.ts';
import { unlessHidden } from './unless-hidden.ts';

export interface GeneratedFiles {
  /** As they were generated. */
  readonly untouched: readonly string[];
  readonly edited: readonly string[];
  /** Those that were made for the admin, who has not written anything into them. */
  readonly unused: readonly string[];
}

/** What was generated into the folder and is there still. */
export const findGenerated = (dir: string): GeneratedFiles => {
  const untouched: string[] = [];
  const edited: string[] = [];
  for (const [path, entry] of Object.entries(readManifest(dir).files)) {
    const content = readIfThere(join(dir, path))?.toString('utf8');
    if (content !== undefined) (sha256(content) === entry.sha256 ? untouched : edited).push(path);
  }
  const isAsMade = ({ content, path }: GeneratedFile) =>
    unlessHidden(() => readIfThere(join(dir, path))?.toString('utf8'), undefined) === content;
  return { untouched, edited, unused: ownFiles.filter(isAsMade).map(({ path }) => path) };
};
