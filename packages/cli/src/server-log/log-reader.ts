import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LineReader } from './line-reader.ts';
import { logPaths } from './rotating-file.ts';

/** Where the system tells nothing of changes (some network file systems), the log is looked at so often, in ms. */
const lookMs = 1_000;

/** The files of the log, oldest first. Files move to higher numbers meanwhile, so the newest is opened first and none is missed. */
const openAll = async (path: string): Promise<LineReader[]> => {
  const readers: LineReader[] = [];
  for (const name of logPaths(path)) {
    const reader = await LineReader.open(name);
    if (reader && readers.some(({ inode }) => inode === reader.inode)) await reader.close();
    else if (reader) readers.unshift(reader);
  }
  return readers;
};

const closeAll = async (readers: readonly LineReader[]): Promise<void> => {
  await Promise.all(readers.map((reader) => reader.close()));
};

/** The log of a server, over all its files. */
export class LogReader {
  readonly #path: string;
  /** Oldest first. */
  #readers: LineReader[];

  private constructor(path: string, readers: LineReader[]) {
    this.#path = path;
    this.#readers = readers;
  }

  static async open(path: string): Promise<LogReader> {
    return new LogReader(path, await openAll(path));
  }

  get isEmpty(): boolean {
    return this.#readers.length === 0;
  }

  /** All lines, oldest first. */
  async *all(): AsyncGenerator<string, void, undefined> {
    for (const reader of this.#readers) yield* reader.lines();
  }

  /** The last `count` lines that `pass`, oldest first; files that are not needed for them are not read. */
  async last(count: number, pass: (line: string) => boolean): Promise<string[]> {
    let found: string[] = [];
    for (const reader of this.#readers.toReversed()) {
      const older: string[] = [];
      for await (const line of reader.lines()) {
        if (pass(line)) older.push(line);
        // Cut now and then, and not with every line.
        if (older.length > count * 2 + 1_000) older.splice(0, older.length - count);
      }
      found = [...older, ...found];
      if (found.length >= count) break;
    }
    return count === 0 ? [] : found.slice(-count);
  }

  /** After `all` or `last`: the lines that are written from then on, wherever the log is moved to, until `signal`. */
  async *follow(signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    const newest = this.#readers.pop();
    await closeAll(this.#readers);
    this.#readers = newest ? [newest] : [];
    const changes = watchFolder(dirname(this.#path));
    try {
      while (!signal.aborted) {
        const isLast = await this.#isLast();
        for (const reader of this.#readers) yield* reader.lines();
        if (isLast) await changes.next(signal);
        else await this.#advance();
      }
    } finally {
      changes.close();
    }
  }

  async close(): Promise<void> {
    await closeAll(this.#readers);
  }

  /** Whether the file at hand is the one that is written to. */
  async #isLast(): Promise<boolean> {
    const live = await stat(this.#path).catch(() => undefined);
    return live === undefined || live.ino === this.#readers.at(-1)?.inode;
  }

  /** Goes on to the files after the one at hand, or to all when it is no longer among them. */
  async #advance(): Promise<void> {
    const current = this.#readers.at(-1);
    const all = await openAll(this.#path);
    const at = all.findIndex(({ inode }) => inode === current?.inode);
    await closeAll([...all.splice(0, at + 1), ...this.#readers]);
    this.#readers = all;
  }
}

/** Tells of changes in a folder: `next` resolves after the first one since the last call, with `signal`, or after a while. */
const watchFolder = (folder: string) => {
  let isChanged = false;
  let wake: () => void = () => undefined;
  const onChange = (): void => {
    isChanged = true;
    wake();
  };
  const watcher = (() => {
    try {
      return watch(folder, onChange).on('error', () => undefined);
    } catch {
      return undefined;
    }
  })();
  const change = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, lookMs);
      signal.addEventListener('abort', done);
      wake = done;
    });
  return {
    next: async (signal: AbortSignal): Promise<void> => {
      if (!isChanged && !signal.aborted) await change(signal);
      isChanged = false;
    },
    close: (): void => watcher?.close(),
  };
};
