import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { CliError } from '../errors/cli-error.ts';
import { damaged } from './damage.ts';
import {
  type ArchivedSecrets,
  type Contents,
  contentsSchema,
  formatVersion,
  headSchema,
  type Manifest,
  manifestSchema,
  memberNames,
  partOf,
  secretsSchema,
} from './manifest.ts';
import { type Member, readArchive, type ReadOptions } from './read-archive.ts';
import { Sum } from './sum.ts';

/** More than any file of an archive that is read as a whole. */
const fileBytes = 67_108_864;

/** What an archive holds besides the rows, which were all read and found as they were written. */
export interface VerifiedArchive {
  readonly manifest: Manifest;
  readonly contents: Contents;
  readonly settings: string | undefined;
  readonly secrets: ArchivedSecrets | undefined;
}

const readWhole = async ({ chunks, name, size }: Member): Promise<Buffer> => {
  if (size > fileBytes) throw damaged(`${name} is larger than such a file can be.`);
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
};

const parse = <S extends z.ZodType>(schema: S, name: string, bytes: Buffer): z.infer<S> => {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw damaged(`${name} is not what it should be.`, error);
  }
};

const newer = (what: string): CliError =>
  new CliError('backup_newer', `The backup is of a newer messox: ${what}`, {
    fixes: ['Restore it with the version of messox that made it.'],
  });

const readManifest = (bytes: Buffer): Manifest => {
  const head = parse(headSchema, memberNames.manifest, bytes);
  if (head.formatVersion > formatVersion)
    throw newer(`its format is ${head.formatVersion}, and this version reads ${formatVersion}`);
  return parse(manifestSchema, memberNames.manifest, bytes);
};

/** What was counted of the members so far. */
class Tally {
  readonly #files: Record<string, { bytes: number; sha256: string }> = {};
  readonly #tables = new Map<string, { sum: Sum; parts: number }>();

  file(name: string, bytes: Buffer): void {
    const sum = new Sum();
    sum.add(bytes);
    if (this.#files[name]) throw damaged(`${name} is in it twice.`);
    this.#files[name] = { bytes: sum.bytes, sha256: sum.sha256() };
  }

  async part(table: string, part: number, chunks: AsyncIterable<Buffer>): Promise<void> {
    const known = this.#tables.get(table) ?? { sum: new Sum(), parts: 0 };
    this.#tables.set(table, known);
    if (part !== (known.parts += 1)) throw damaged(`A part of the table ${table} is missing.`);
    for await (const chunk of chunks) known.sum.add(chunk);
  }

  contents({ tables }: Manifest): Contents {
    const sums = tables.map(({ name }): [string, Contents['tables'][string]] => {
      const sum = this.#tables.get(name)?.sum ?? new Sum();
      return [name, { rows: sum.rows, bytes: sum.bytes, sha256: sum.sha256() }];
    });
    return { files: this.#files, tables: Object.fromEntries(sums) };
  }
}

/**
 * Reads all of an archive and compares every checksum in it.
 *
 * @throws CliError backup_damaged, backup_newer
 */
export const verifyArchive = async (options: ReadOptions): Promise<VerifiedArchive> => {
  const tally = new Tally();
  let manifest: Manifest | undefined;
  let contents: Contents | undefined;
  let settings: string | undefined;
  let secrets: ArchivedSecrets | undefined;
  // A newer format may have anything behind its manifest, so this is told only of a file that is whole, or at once.
  for await (const member of readArchive(options)) {
    const { chunks, name } = member;
    const rows = partOf(name);
    if (contents) throw damaged('There is more after its contents.');
    if (rows) {
      if (!manifest?.tables.some((table) => table.name === rows.table))
        throw damaged(`The table ${rows.table} is not in its manifest.`);
      await tally.part(rows.table, rows.part, chunks);
      continue;
    }
    const bytes = await readWhole(member);
    if (name === memberNames.contents) contents = parse(contentsSchema, name, bytes);
    else {
      tally.file(name, bytes);
      if (name === memberNames.manifest) manifest = readManifest(bytes);
      else if (name === memberNames.settings) settings = bytes.toString('utf8');
      else if (name === memberNames.secrets) secrets = parse(secretsSchema, name, bytes);
      else throw damaged(`It holds ${name}, which is no part of a backup.`);
    }
  }
  if (!manifest || !contents) throw damaged('Its manifest or its contents are missing.');
  if (!isDeepStrictEqual(tally.contents(manifest), contents))
    throw damaged('What it holds is not what its contents say.');
  return { manifest, contents, settings, secrets };
};
