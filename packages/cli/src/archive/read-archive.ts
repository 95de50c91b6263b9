import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CliError } from '../errors/cli-error.ts';
import { damaged } from './damage.ts';
import { blockBytes, readTarHeader, tarEnd, tarPadding } from './tar.ts';
import { makeTrailer, trailerBytes } from './trailer.ts';

const readBytes = 262_144;

/** A file of an archive. Its chunks are read before the next member is asked for. */
export interface Member {
  readonly name: string;
  readonly size: number;
  readonly chunks: AsyncIterable<Buffer>;
}

export interface ReadOptions {
  /** Open for reading; left open. */
  readonly file: FileHandle;
  readonly signal: AbortSignal;
  /** Called with the bytes of the file that were read so far. */
  readonly onBytes?: (read: number, size: number) => void;
}

const readExactly = async (file: FileHandle, at: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
  if (bytesRead !== length) throw damaged('The file became shorter while it was read.');
  return buffer;
};

/** All but the trailer, which is compared at the end. */
async function* body({ file, onBytes, signal }: ReadOptions): AsyncGenerator<Buffer> {
  const { size } = await file.stat();
  if (size <= trailerBytes) throw damaged('The file is too short to be a backup.');
  const end = size - trailerBytes;
  const trailer = await readExactly(file, end, trailerBytes);
  const hash = /[0-9a-f]{64}/.exec(trailer.toString('latin1'))?.[0] ?? '';
  if (!makeTrailer(hash).equals(trailer))
    throw damaged('The end of the file is missing: it is not whole, or not a backup of messox.');
  const sha256 = createHash('sha256');
  for (let at = 0; at < end;) {
    signal.throwIfAborted();
    const chunk = await readExactly(file, at, Math.min(readBytes, end - at));
    sha256.update(chunk);
    at += chunk.length;
    onBytes?.(at, size);
    yield chunk;
  }
  if (sha256.digest('hex') !== hash) throw damaged('The file is not as it was written: its SHA-256 is another.');
}

/** Hands out the bytes of a stream in the amounts that are asked for. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #held = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Up to so many bytes, and at least one; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#held.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#held = Buffer.from(next.value);
    }
    const taken = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = length; left > 0;) {
      const part = await this.some(left);
      if (!part) throw damaged('A member of the archive ends too early.');
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }
}

async function* membersOf(bytes: Bytes): AsyncGenerator<Member> {
  const end = tarEnd();
  for (;;) {
    const block = await bytes.exactly(blockBytes);
    if (block.equals(end.subarray(0, blockBytes))) break;
    const header = readTarHeader(block);
    if (!header) throw damaged('A header in the archive is not one that messox writes.');
    let left = header.size;
    const chunks = async function* (): AsyncGenerator<Buffer> {
      while (left > 0) {
        const chunk = await bytes.some(left);
        if (!chunk) throw damaged(`${header.name} ends too early.`);
        left -= chunk.length;
        yield chunk;
      }
    };
    yield { ...header, chunks: chunks() };
    if (left > 0) throw new Error(`${header.name} was not read to its end.`);
    const padding = tarPadding(header.size);
    if (!(await bytes.exactly(padding.length)).equals(padding))
      throw damaged(`${header.name} is not filled up as it was.`);
  }
  const rest = await bytes.exactly(end.length - blockBytes);
  if (!rest.equals(end.subarray(blockBytes)) || (await bytes.some(1))) throw damaged('There is more after the end.');
}

const isOfZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

/**
 * The members of an archive, in their order. Whoever reads to the end knows that every byte of the file is as it was
 * written; before that, nothing of it is to be believed.
 *
 * @throws CliError backup_damaged
 */
export async function* readArchive(options: ReadOptions): AsyncGenerator<Member> {
  const gunzip = createGunzip();
  let failure: Error | undefined;
  const feeding = pipeline(Readable.from(body(options), { objectMode: false }), gunzip, {
    signal: options.signal,
  }).catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });
  try {
    yield* membersOf(new Bytes(gunzip));
    await feeding;
    if (failure) throw failure;
  } catch (error) {
    options.signal.throwIfAborted();
    const cause = failure instanceof CliError ? failure : error;
    throw isOfZlib(cause)
      ? damaged(`What is compressed in it cannot be read: ${(cause as Error).message}.`, cause)
      : cause;
  } finally {
    gunzip.destroy();
    await feeding;
  }
}
