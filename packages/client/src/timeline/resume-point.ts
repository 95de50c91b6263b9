import { type ClientStorage, LatestWrite, readStored } from '../storage.ts';

interface Step {
  readonly channelId: number;
  readonly cursor: number | undefined;
  done: boolean;
}

export interface ResumePointOptions {
  readonly storage: ClientStorage | undefined;
  readonly onProblem: (error: unknown) => void;
}

/**
 * What the client holds: the last seq of each channel, in which life of the database. This life of the client goes on
 * from what it has seen, so that it sees nothing twice. The next one goes on from what was stored, which is what the
 * app's handlers had finished with, so that it misses nothing.
 */
export class ResumePoint {
  readonly #options: ResumePointOptions;
  #epoch: string | undefined;
  #seen = new Map<number, number>();
  #handed = new Map<number, number>();
  /** What is with the app's handlers, in order. */
  #steps: Step[] = [];
  #write: LatestWrite | undefined;

  constructor(options: ResumePointOptions) {
    this.#options = options;
  }

  get epoch(): string | undefined {
    return this.#epoch;
  }

  /** The last seq of each channel that was seen. */
  get cursors(): ReadonlyMap<number, number> {
    return this.#seen;
  }

  /** Starts from what is stored under `key`. */
  async open(key: string): Promise<void> {
    const { storage, onProblem } = this.#options;
    // What is written is read from here at that moment.
    await this.settled();
    const { epoch, cursors } = readShape(await readStored(storage, key));
    this.#restart(epoch, cursors);
    this.#write = storage && new LatestWrite(storage, key, onProblem);
  }

  /** Another life of the database: what is held of the old one counts for nothing. */
  adoptEpoch(epoch: string): void {
    if (epoch === this.#epoch) return;
    this.#restart(epoch, new Map());
    this.#save();
  }

  /** The channel was seen up to `cursor` (`undefined`: it is gone), and will have been handled when `handed` resolves. */
  advance(channelId: number, cursor: number | undefined, handed: Promise<unknown> | undefined): void {
    put(this.#seen, channelId, cursor);
    if (!this.#write) return;
    if (!handed && this.#steps.length === 0) {
      put(this.#handed, channelId, cursor);
      this.#save();
      return;
    }
    const step: Step = { channelId, cursor, done: !handed };
    this.#steps.push(step);
    void handed?.then(() => {
      step.done = true;
      this.#passSteps();
    });
  }

  /** Forgets everything, also what is stored. */
  forget(): void {
    this.#restart(undefined, new Map());
    this.#write?.put(() => undefined);
  }

  async settled(): Promise<void> {
    await this.#write?.settled();
  }

  #passSteps(): void {
    let passed = 0;
    for (const { channelId, cursor, done } of this.#steps) {
      if (!done) break;
      put(this.#handed, channelId, cursor);
      passed += 1;
    }
    if (passed === 0) return;
    this.#steps.splice(0, passed);
    this.#save();
  }

  #restart(epoch: string | undefined, cursors: Map<number, number>): void {
    this.#epoch = epoch;
    this.#seen = cursors;
    this.#handed = new Map(cursors);
    this.#steps = [];
  }

  #save(): void {
    this.#write?.put(() => JSON.stringify({ epoch: this.#epoch, cursors: Object.fromEntries(this.#handed) }));
  }
}

const put = (cursors: Map<number, number>, channelId: number, cursor: number | undefined): void => {
  if (cursor === undefined) cursors.delete(channelId);
  else cursors.set(channelId, cursor);
};

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const readShape = (stored: unknown): { epoch: string | undefined; cursors: Map<number, number> } => {
  const { epoch, cursors } = (stored ?? {}) as { epoch?: unknown; cursors?: unknown };
  const known = new Map<number, number>();
  // Cursors are worth nothing without the epoch that they are of.
  if (typeof epoch !== 'string' || typeof cursors !== 'object' || cursors === null)
    return { epoch: undefined, cursors: known };
  for (const [channelId, cursor] of Object.entries(cursors)) if (isSeq(cursor)) known.set(Number(channelId), cursor);
  return { epoch, cursors: known };
};
