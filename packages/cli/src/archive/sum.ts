import { createHash } from 'node:crypto';

const newline = 10;

/** What is counted of bytes that come one after another. */
export class Sum {
  readonly #hash = createHash('sha256');
  bytes = 0;
  /** Lines: rows, in the text format of COPY. */
  rows = 0;

  add(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) this.rows += 1;
  }

  /** Once, at the end: in hexadecimal. */
  sha256(): string {
    return this.#hash.digest('hex');
  }
}
