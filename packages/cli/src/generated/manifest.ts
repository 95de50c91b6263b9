import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CliError } from '../errors/cli-error.ts';
import { projectPaths } from '../project/paths.ts';
import { readIfThere } from '../project/read-if-there.ts';

const entrySchema = z.strictObject({
  /** Of the content as it was generated. */
  sha256: z.hex().length(64),
  mode: z.int().min(0).max(0o777),
  /** The version of messox that generated it. */
  version: z.string(),
});

export const manifestSchema = z.strictObject({
  files: z.record(z.string(), entrySchema),
  /** The admin's own files, which were made once and are not looked at again. */
  made: z.array(z.string()),
});

export type ManifestEntry = z.infer<typeof entrySchema>;
/** `.messox/manifest.json`: what was generated last. */
export type Manifest = z.infer<typeof manifestSchema>;

export const emptyManifest: Manifest = { files: {}, made: [] };

export const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

/** An empty one where nothing was generated yet. Throws `manifest_invalid`. */
export const readManifest = (dir: string): Manifest => {
  const path = projectPaths(dir).manifest;
  const source = readIfThere(path)?.toString('utf8');
  if (source === undefined) return emptyManifest;
  try {
    return manifestSchema.parse(JSON.parse(source));
  } catch (cause) {
    throw new CliError('manifest_invalid', `${path} cannot be read`, {
      detail: 'It says which files messox generated, so that it does not overwrite what somebody else wrote.',
      fixes: [
        `rm '${path}' (then files that differ from what is generated are left alone)`,
        'Put it back from a backup.',
      ],
      cause,
    });
  }
};
