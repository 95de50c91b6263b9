import type { Output } from '../output/output.ts';
import type { BackupProgress } from './write-archive.ts';
import { size } from './describe.ts';

/** Nobody reads faster, in ms. */
const everyMs = 200;

/** Lets one call through in a while. */
const seldom = <A extends readonly unknown[]>(show: (...args: A) => void): ((...args: A) => void) => {
  let shownAt = -Infinity;
  return (...args) => {
    const now = performance.now();
    if (now - shownAt < everyMs) return;
    shownAt = now;
    show(...args);
  };
};

/** Shows how far a backup has come. */
export const backupProgress = (output: Output): ((progress: BackupProgress) => void) =>
  seldom((progress) =>
    output.progress(
      { event: 'progress', ...progress },
      `Table ${progress.done + 1} of ${progress.tables}, ${progress.table}: ${size(progress.bytes)}`,
    ),
  );

/** Shows how much of an archive was read, for one step of the work. */
export const readProgress = (output: Output, step: 'verify' | 'restore'): ((read: number, of: number) => void) =>
  seldom((read, of) =>
    output.progress(
      { event: 'progress', step, bytes: read, of },
      `${step === 'verify' ? 'Verifying' : 'Restoring'}: ${size(read)} of ${size(of)} (${Math.floor((read / of) * 100)} %)`,
    ),
  );
