import { Link, type Statement } from './link.ts';

const watchMs = 1_000;

/** A bounded number of links, each with one statement or one transaction at a time; who finds none waits in turn. */
export class Links {
  readonly #make: (onLost: (link: Link) => void) => Link;
  readonly #size: number;
  readonly #all = new Set<Link>();
  readonly #idle: Link[] = [];
  readonly #waiting: { give: (link: Link) => void; refuse: (error: Error) => void }[] = [];
  #watch: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(size: number, make: (onLost: (link: Link) => void) => Link) {
    this.#size = size;
    this.#make = make;
  }

  /** Runs one statement. */
  run<T>(statement: Statement<T>): Promise<T> {
    const link = this.#free();
    return link ? this.#runOn(link, statement) : this.take().then((it) => this.#runOn(it, statement));
  }

  /** A link for oneself until `give`. */
  take(): Promise<Link> {
    const link = this.#free();
    if (link) return Promise.resolve(link);
    if (this.#ended) return Promise.reject(this.#endedError());
    return new Promise((give, refuse) => this.#waiting.push({ give, refuse }));
  }

  give(link: Link): void {
    if (link.lost) return;
    if (this.#ended) {
      this.#drop(link);
      return;
    }
    const next = this.#waiting.shift();
    if (next) next.give(link);
    else this.#idle.push(link);
  }

  /** Takes no more statements, and cuts those that take longer than `ms`. */
  async end(ms: number): Promise<void> {
    this.#ended = true;
    clearInterval(this.#watch);
    for (const { refuse } of this.#waiting.splice(0)) refuse(this.#endedError());
    for (const link of this.#idle.splice(0)) this.#drop(link);
    const patience = performance.now() + ms;
    while (this.#all.size > 0 && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all([...this.#all].map((link) => link.end()));
  }

  async #runOn<T>(link: Link, statement: Statement<T>): Promise<T> {
    try {
      return await link.run(statement);
    } finally {
      this.give(link);
    }
  }

  #free(): Link | undefined {
    if (this.#ended) return undefined;
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#all.size >= this.#size) return undefined;
    const link = this.#make((lost) => this.#onLost(lost));
    this.#all.add(link);
    this.#watch ??= setInterval(() => {
      for (const it of this.#all) it.loseIfMute();
    }, watchMs).unref();
    return link;
  }

  #onLost(link: Link): void {
    this.#all.delete(link);
    const place = this.#idle.indexOf(link);
    if (place >= 0) this.#idle.splice(place, 1);
    // Whom this one could not reach, no other reaches now; each by itself would wait for as long.
    if (!link.reached && link.lost) for (const { refuse } of this.#waiting.splice(0)) refuse(link.lost);
    if (this.#waiting.length === 0) return;
    const another = this.#free();
    if (another) this.#waiting.shift()?.give(another);
  }

  #drop(link: Link): void {
    this.#all.delete(link);
    void link.end();
  }

  #endedError(): Error {
    return Object.assign(new Error('The connections to the database are closed'), { code: 'CONNECTION_ENDED' });
  }
}
