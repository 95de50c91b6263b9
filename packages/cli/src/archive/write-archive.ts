import { createHash } from 'node:crypto';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type DatabaseAddress, type Snapshot, withSnapshot } from '@messox/server';
import { cliVersion } from '../version.ts';
import {
  type ArchivedSecrets,
  type Contents,
  formatName,
  formatVersion,
  type Manifest,
  memberNames,
  partName,
} from './manifest.ts';
import { Sum } from './sum.ts';
import { tarEnd, tarHeader, tarPadding } from './tar.ts';
import { makeTrailer } from './trailer.ts';

/** A part of a table is held in memory until it is written, since its size stands before it. */
const partBytes = 1_048_576;

/** How far a backup has come. */
export interface BackupProgress {
  readonly table: string;
  /** Tables that are done, of how many. */
  readonly done: number;
  readonly tables: number;
  /** Of rows so far, before they are compressed. */
  readonly bytes: number;
}

export interface BackupOptions {
  readonly address: DatabaseAddress;
  /** `messox.yaml` as it stands; none where there is no such file. */
  readonly settings: string | undefined;
  readonly mode: string;
  readonly secrets: ArchivedSecrets | undefined;
  /** Ended by this, or destroyed when something fails. */
  readonly sink: Writable;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BackupProgress) => void;
}

export interface Written {
  readonly manifest: Manifest;
  readonly contents: Contents;
  /** Of the archive. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Adds the trailer to what passes, and counts all of it. */
class Sealed extends Transform {
  readonly #body = createHash('sha256');
  readonly #whole = createHash('sha256');
  bytes = 0;

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.#body.update(chunk);
    done(null, this.#count(chunk));
  }

  override _flush(done: (error: null, chunk: Buffer) => void): void {
    done(null, this.#count(makeTrailer(this.#body.digest('hex'))));
  }

  sha256(): string {
    return this.#whole.digest('hex');
  }

  #count(chunk: Buffer): Buffer {
    this.#whole.update(chunk);
    this.bytes += chunk.length;
    return chunk;
  }
}

/** Collects what comes in small pieces into parts of one size. */
async function* inParts(rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of rows) {
    held.push(chunk);
    size += chunk.length;
    if (size < partBytes) continue;
    yield Buffer.concat(held, size);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held, size);
}

const manifestOf = ({ facts }: Snapshot, { mode, secrets, settings }: BackupOptions): Manifest => ({
  format: formatName,
  formatVersion,
  createdAt: new Date().toISOString(),
  messox: cliVersion(),
  postgres: facts.postgres,
  mode,
  epoch: facts.epoch,
  migrations: facts.migrations.map((migration) => ({ ...migration })),
  tables: facts.tables.map(({ columns, name }) => ({ name, columns: [...columns] })),
  sequences: facts.sequences.map((sequence) => ({ ...sequence })),
  settings: settings !== undefined,
  secrets: secrets !== undefined,
});

/** The bytes of the archive before they are compressed; returns what they hold. */
async function* members(
  snapshot: Snapshot,
  manifest: Manifest,
  { onProgress, secrets, settings }: BackupOptions,
): AsyncGenerator<Buffer, Contents> {
  const seconds = Math.floor(Date.parse(manifest.createdAt) / 1_000);
  const contents: Contents = { files: {}, tables: {} };
  function* member(name: string, body: Buffer): Generator<Buffer> {
    yield tarHeader(name, body.length, seconds);
    yield body;
    yield tarPadding(body.length);
  }
  function* file(name: string, text: string): Generator<Buffer> {
    const body = Buffer.from(text);
    const sum = new Sum();
    sum.add(body);
    contents.files[name] = { bytes: sum.bytes, sha256: sum.sha256() };
    yield* member(name, body);
  }
  yield* file(memberNames.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`);
  if (settings !== undefined) yield* file(memberNames.settings, settings);
  if (secrets) yield* file(memberNames.secrets, `${JSON.stringify(secrets, undefined, 2)}\n`);
  let bytes = 0;
  for (const [done, table] of snapshot.facts.tables.entries()) {
    const sum = new Sum();
    let part = 0;
    const tell = (): void => onProgress({ table: table.name, done, tables: snapshot.facts.tables.length, bytes });
    tell();
    for await (const rows of inParts(snapshot.rows(table))) {
      sum.add(rows);
      yield* member(partName(table.name, (part += 1)), rows);
      bytes += rows.length;
      tell();
    }
    contents.tables[table.name] = { rows: sum.rows, bytes: sum.bytes, sha256: sum.sha256() };
  }
  yield* member(memberNames.contents, Buffer.from(`${JSON.stringify(contents, undefined, 2)}\n`));
  yield tarEnd();
  return contents;
}

/**
 * Writes an archive of the database into the sink, in bounded memory whatever the size. The server may go on meanwhile:
 * what is written is one moment of it.
 *
 * @throws StartFault of `withSnapshot`; what the sink fails with
 */
export const writeArchive = (options: BackupOptions): Promise<Written> =>
  withSnapshot(options.address, options.signal, async (snapshot) => {
    const manifest = manifestOf(snapshot, options);
    const all = members(snapshot, manifest, options);
    const sealed = new Sealed();
    let contents: Contents | undefined;
    const feed = async function* (): AsyncGenerator<Buffer> {
      contents = yield* all;
    };
    await pipeline(feed, createGzip(), sealed, options.sink, { signal: options.signal });
    if (!contents) throw new Error('An archive ended before its contents.');
    return { manifest, contents, bytes: sealed.bytes, sha256: sealed.sha256() };
  });
