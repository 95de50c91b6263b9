import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** The log is moved aside before it grows beyond this, in bytes. */
const logBytes = 10 * 1024 * 1024;
/** How many files of that size are kept, the one that is written to included. */
const logFiles = 5;
/** What is held in memory while the disk takes nothing, in bytes. */
const heldBytes = 1024 * 1024;

/** The log with its older files, newest first: `server.log`, `server.log.1`, … */
export const logPaths = (path: string, files = logFiles): string[] =>
  Array.from({ length: files }, (_, index) => (index === 0 ? path : `${path}.${index}`));

const newline = 0x0a;

/** Opens for appending; a line that a crash cut short is ended first. */
const openLog = (path: string): { fd: number; size: number } => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, 'a+', 0o600);
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  if (size === 0 || readSync(fd, last, 0, 1, size - 1) === 0 || last[0] === newline) return { fd, size };
  return { fd, size: size + writeSync(fd, '\n') };
};

/** A log of lines that is moved aside as it grows. Only one process writes it. */
export class RotatingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #files: number;
  #fd: number;
  #size: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #lost = 0;
  /** The file ends in the middle of a line, whose rest is the first of what waits. */
  #isTorn = false;
  /** Then its descriptor may be another file's. */
  #isClosed = false;

  constructor(path: string, { maxBytes = logBytes, files = logFiles } = {}) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#files = files;
    ({ fd: this.#fd, size: this.#size } = openLog(path));
  }

  /**
   * Appends a whole line, its newline included, before it returns. A disk that takes nothing is no error of the caller's:
   * lines wait for the next write, and when too many wait, the log says how many are missing.
   */
  write(line: string): void {
    if (this.#isClosed) return;
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > heldBytes) this.#lost += 1;
    else {
      this.#waiting.push(bytes);
      this.#waitingBytes += bytes.length;
    }
    this.#flush();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    closeSync(this.#fd);
  }

  #flush(): void {
    try {
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) this.#put(next);
      if (this.#lost === 0) return;
      const gap = {
        time: new Date().toISOString(),
        level: 'error',
        msg: 'the disk took no log for a while',
        lines: this.#lost,
      };
      this.#lost = 0;
      this.#waiting.push(Buffer.from(`${JSON.stringify(gap)}\n`));
      this.#flush();
    } catch {
      // The next write tries again.
    }
  }

  /** Writes the first of what waits; when the disk takes a part of it, the rest stays the first. */
  #put(bytes: Buffer): void {
    if (!this.#isTorn && this.#size > 0 && this.#size + bytes.length > this.#maxBytes) this.#rotate();
    for (let rest = bytes; rest.length > 0; this.#waiting[0] = rest) {
      const written = writeSync(this.#fd, rest);
      this.#size += written;
      this.#waitingBytes -= written;
      rest = rest.subarray(written);
      this.#isTorn = rest.length > 0;
    }
    this.#waiting.shift();
  }

  #rotate(): void {
    const paths = logPaths(this.#path, this.#files);
    try {
      for (let index = paths.length - 1; index > 0; index -= 1) move(paths[index - 1], paths[index]);
      const { fd, size } = openLog(this.#path);
      closeSync(this.#fd);
      this.#fd = fd;
      this.#size = size;
    } catch {
      // Better a log that grows than none: it is tried again after as much as fits in a file.
      this.#size = 0;
    }
  }
}

const move = (from: string | undefined, to: string | undefined): void => {
  if (from === undefined || to === undefined) return;
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};
