type Handler = (data: never) => unknown;

/** Typed events. What a handler throws never reaches whoever emits: it goes to `onThrow`. */
export class Emitter<Events extends object> {
  readonly #handlers = new Map<keyof Events, readonly Handler[]>();
  readonly #onThrow: (error: unknown) => void;

  constructor(onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow;
  }

  /** Calls `handler` with every event of this name, until the function that is returned is called. */
  on<K extends keyof Events>(name: K, handler: (data: Events[K]) => unknown): () => void {
    const own: Handler = (data) => handler(data);
    this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), own]);
    return () =>
      this.#handlers.set(
        name,
        (this.#handlers.get(name) ?? []).filter((other) => other !== own),
      );
  }

  has(name: keyof Events): boolean {
    return (this.#handlers.get(name) ?? []).length > 0;
  }

  /** Calls the handlers one after the other; the promise is of those that answered with one, and never rejects. */
  emit<K extends keyof Events>(name: K, data: Events[K]): Promise<unknown> | undefined {
    let waiting: Promise<unknown>[] | undefined;
    for (const handler of this.#handlers.get(name) ?? []) {
      try {
        const answer = (handler as (data: Events[K]) => unknown)(data);
        if (answer instanceof Promise) (waiting ??= []).push(answer.catch(this.#onThrow));
      } catch (error) {
        this.#onThrow(error);
      }
    }
    return waiting && Promise.all(waiting);
  }
}
