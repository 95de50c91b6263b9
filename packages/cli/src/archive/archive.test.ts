import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { startTestServer } from '@messox/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withArchive, writeWhole } from './archive-file.ts';
import { isNewer } from './is-newer.ts';
import { readTarHeader, tarHeader } from './tar.ts';
import { trailerBytes } from './trailer.ts';
import { verifyArchive } from './verify-archive.ts';
import { writeArchive } from './write-archive.ts';

const signal = new AbortController().signal;
let folder: string;
let path: string;
let whole: Buffer;
let server: Awaited<ReturnType<typeof startTestServer>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'messox-archive-'));
  path = join(folder, 'chat.tar.gz');
  server = await startTestServer();
  await server.user('ana');
  await writeWhole(path, (sink) => write(sink));
  whole = await readFile(path);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const write = (sink: Writable, options: { signal?: AbortSignal } = {}) =>
  writeArchive({
    address: server.database.connection,
    settings: 'mode: embedded\n',
    mode: 'embedded',
    secrets: { tokenKey: 'k'.repeat(40) },
    sink,
    signal,
    onProgress: () => undefined,
    ...options,
  });

const verify = (file: string) => withArchive(file, signal, (handle) => verifyArchive({ file: handle, signal }));

const outcome = async (bytes: Buffer): Promise<string> => {
  const spoiled = join(folder, 'spoiled.tar.gz');
  await writeFile(spoiled, bytes);
  return verify(spoiled).then(
    () => 'whole',
    (error: unknown) => (error as { code: string }).code,
  );
};

describe('an archive', () => {
  it('holds what was put in, for its owner alone', async () => {
    const { contents, manifest, secrets, settings } = await verify(path);
    expect({ settings, secrets }).toEqual({ settings: 'mode: embedded\n', secrets: { tokenKey: 'k'.repeat(40) } });
    expect(contents.tables.users?.rows).toBe(1);
    expect(manifest.tables.map(({ name }) => name)).toContain('messages');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is damaged by one bit anywhere', { timeout: 120_000 }, async () => {
    expect(await outcome(whole)).toBe('whole');
    const missed: number[] = [];
    for (let at = 0; at < whole.length; at += 1) {
      // What is compressed is looked at here and there, what gzip does not check everywhere.
      if (at > 32 && at < whole.length - trailerBytes - 32 && at % 7 !== 0) continue;
      const spoiled = Buffer.from(whole);
      spoiled[at] = (spoiled[at] ?? 0) ^ (1 << (at % 8));
      if ((await outcome(spoiled)) !== 'backup_damaged') missed.push(at);
    }
    expect(missed).toEqual([]);
  });

  it('is damaged by a cut anywhere, and by more than was written', { timeout: 60_000 }, async () => {
    for (let length = 0; length < whole.length; length += 61)
      expect(await outcome(whole.subarray(0, length)), `${length} bytes`).toBe('backup_damaged');
    expect(await outcome(whole.subarray(0, -1))).toBe('backup_damaged');
    expect(await outcome(Buffer.concat([whole, Buffer.alloc(1)]))).toBe('backup_damaged');
    expect(await outcome(Buffer.concat([whole, whole]))).toBe('backup_damaged');
  });

  it('has its name only when it is whole, and takes the place of no other', async () => {
    await expect(writeWhole(path, (sink) => write(sink))).rejects.toMatchObject({ code: 'backup_exists' });
    const other = join(folder, 'other.tar.gz');
    const controller = new AbortController();
    const failing = writeWhole(other, (sink) => {
      controller.abort();
      return write(sink, { signal: controller.signal });
    });
    await expect(failing).rejects.toThrow();
    expect((await readdir(folder)).filter((name) => name.includes('other'))).toEqual([]);
    expect(await readFile(path)).toEqual(whole);
  });

  it('leaves nothing behind on a full disk', async () => {
    const full = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' })),
    });
    await expect(write(full)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('is of a newer version by its numbers', () => {
    expect(isNewer('1.10.0', '1.9.9')).toBe(true);
    expect(isNewer('1.9.9', '1.10.0')).toBe(false);
    expect(isNewer('1.2.3-next.1', '1.2.3')).toBe(false);
  });
});

describe('a header of tar', () => {
  it('is read when it is as it was made, and not with one byte changed', () => {
    const header = tarHeader('tables/users/00000001.copy', 1_234, 1_700_000_000);
    expect(readTarHeader(header)).toEqual({ name: 'tables/users/00000001.copy', size: 1_234 });
    for (let at = 257; at < 512; at += 1) {
      const spoiled = Buffer.from(header);
      spoiled[at] = (spoiled[at] ?? 0) ^ 1;
      expect(readTarHeader(spoiled), String(at)).toBeUndefined();
    }
    expect(() => tarHeader('x'.repeat(101), 1, 1)).toThrow(RangeError);
  });
});
