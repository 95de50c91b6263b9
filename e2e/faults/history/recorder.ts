import { createHash } from 'node:crypto';
import type { HistoryRecord } from '@messox/client/checker';

type Untimed<R> = R extends HistoryRecord ? Omit<R, 'at'> : never;
export type NewRecord = Untimed<HistoryRecord>;

const shortest = 60;

/** Long texts as their beginning and hash: the checker only compares them, and a history of hours is to fit in memory. */
const shortened = (text: string): string =>
  text.length <= shortest ? text : `${text.slice(0, 20)}… ${createHash('sha256').update(text).digest('base64url')}`;

/** The entry as it goes into a history. */
export const recorded = <E extends object>(entry: E): E =>
  'text' in entry && typeof entry.text === 'string' ? { ...entry, text: shortened(entry.text) } : entry;

/** Collects what all clients of one process see, on one clock. */
export class Recorder {
  readonly records: HistoryRecord[] = [];
  #isOpen = true;
  #calls = 0;

  /** The clock of the history. */
  now(): number {
    return performance.now();
  }

  /** A name for a call that no other call has. */
  nextCall(): string {
    return String(++this.#calls);
  }

  add(record: NewRecord): void {
    if (this.#isOpen) this.records.push({ ...record, at: this.now() });
  }

  /** What happens from now on is no part of the history any more. */
  close(): void {
    this.#isOpen = false;
  }

  /** Puts in what was read after everything was quiet. */
  addFinal(record: NewRecord): void {
    this.records.push({ ...record, at: this.now() });
  }
}
