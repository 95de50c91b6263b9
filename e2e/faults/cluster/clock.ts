import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

/** libfaketime for programs with several threads, of Debian's package `faketime`, where it is installed. */
const library = (): string | undefined =>
  ['/usr/lib', ...folders('/usr/lib')]
    .map((folder) => `${folder}/faketime/libfaketimeMT.so.1`)
    .find((file) => existsSync(file));

const folders = (parent: string): string[] =>
  existsSync(parent)
    ? readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-gnu'))
        .map(({ name }) => `${parent}/${name}`)
    : [];

/** A clock that can be set, kept in a file; undefined where libfaketime is missing. */
export const makeClock = async (file: string): Promise<string | undefined> => {
  if (library() === undefined) return undefined;
  await setClock(file, 0);
  return file;
};

/** Sets a clock so many seconds before or behind the true time. */
export const setClock = (file: string, seconds: number): Promise<void> =>
  writeFile(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`);

/** Makes a process look at the clock; timers go on by the true one. */
export const clockEnvironment = (file: string): Record<string, string> => ({
  LD_PRELOAD: library() ?? '',
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_NO_CACHE: '1',
  DONT_FAKE_MONOTONIC: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});
