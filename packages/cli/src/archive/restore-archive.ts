import type { FileHandle } from 'node:fs/promises';
import { type DatabaseAddress, restoreDatabase, type Restored, type RowsChunk } from '@messox/server';
import { partOf } from './manifest.ts';
import { readArchive, type ReadOptions } from './read-archive.ts';
import type { VerifiedArchive } from './verify-archive.ts';

export interface RestoreArchiveOptions {
  readonly address: DatabaseAddress;
  readonly file: FileHandle;
  /** Of this file. */
  readonly archive: VerifiedArchive;
  readonly replace: boolean;
  readonly modulesFolder: string;
  readonly signal: AbortSignal;
  readonly onBytes?: (read: number, size: number) => void;
}

/** The rows; what else the archive holds is read over. */
async function* rowsOf(options: ReadOptions): AsyncGenerator<RowsChunk> {
  for await (const { chunks, name } of readArchive(options)) {
    const table = partOf(name)?.table;
    for await (const rows of chunks) if (table !== undefined) yield { table, rows };
  }
}

/** Puts the rows of an archive that was verified into a database: all or nothing. Throws as `restoreDatabase` does. */
export const restoreArchive = ({
  address,
  archive,
  file,
  modulesFolder,
  onBytes,
  replace,
  signal,
}: RestoreArchiveOptions): Promise<Restored> => {
  const { contents, manifest } = archive;
  const { epoch, migrations, postgres, sequences, tables } = manifest;
  return restoreDatabase(address, {
    facts: { epoch, migrations, postgres, sequences, tables },
    counts: Object.fromEntries(Object.entries(contents.tables).map(([name, { rows }]) => [name, rows])),
    chunks: rowsOf({ file, signal, ...(onBytes ? { onBytes } : {}) }),
    replace,
    modulesFolder,
    signal,
  });
};
