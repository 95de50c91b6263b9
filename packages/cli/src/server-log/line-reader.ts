import { open, type FileHandle } from 'node:fs/promises';

const chunkBytes = 64 * 1024;
const newline = 0x0a;

/** One file of the log, read forward. The file stays open, so it can be read to its end after it was moved aside. */
export class LineReader {
  readonly inode: number;
  readonly #file: FileHandle;
  #position = 0;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(file: FileHandle, inode: number) {
    this.#file = file;
    this.inode = inode;
  }

  /** Undefined when there is no such file. */
  static async open(path: string): Promise<LineReader | undefined> {
    try {
      const file = await open(path, 'r');
      const { ino } = await file.stat();
      return new LineReader(file, ino);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** The whole lines from where the last call ended to the end of the file. */
  async *lines(): AsyncGenerator<string, void, undefined> {
    const { size } = await this.#file.stat();
    // Emptied in place, as logrotate's copytruncate does.
    if (size < this.#position) [this.#position, this.#rest] = [0, Buffer.alloc(0)];
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await this.#file.read(chunk, 0, chunkBytes, this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      yield* this.#split(chunk.subarray(0, bytesRead));
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  *#split(chunk: Buffer): Generator<string, void, undefined> {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      yield Buffer.concat([this.#rest, chunk.subarray(from, end)]).toString('utf8');
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(from)]);
  }
}
