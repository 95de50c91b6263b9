/** No more often than this; what comes meanwhile is told together. */
const quietMs = 100;

/** Gathers gaps, for each costs the database a question: the first is told at once, later ones every now and then. */
export class Gaps {
  #tell: (shards: ReadonlySet<number> | undefined) => void;
  #shards = new Set<number>();
  #all = false;
  #quiet: NodeJS.Timeout | undefined;

  constructor(tell: (shards: ReadonlySet<number> | undefined) => void) {
    this.#tell = tell;
  }

  add(shard: number): void {
    this.#shards.add(shard);
    this.#schedule();
  }

  addAll(): void {
    this.#all = true;
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#quiet);
    this.#tell = () => undefined;
  }

  #schedule(): void {
    this.#quiet ??= setTimeout(() => this.#flush(), 0);
  }

  #flush(): void {
    this.#quiet = undefined;
    if (!this.#all && this.#shards.size === 0) return;
    const shards = this.#all ? undefined : this.#shards;
    this.#all = false;
    this.#shards = new Set();
    this.#quiet = setTimeout(() => this.#flush(), quietMs);
    this.#tell(shards);
  }
}
