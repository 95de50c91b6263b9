/** Where a client keeps its tokens, cursors and unsent messages: any key-value store. One store serves one client at a time. */
export interface ClientStorage {
  get(key: string): Promise<string | null | undefined>;
  /** `undefined` removes the key. Resolves when the value will outlive the process. */
  set(key: string, value: string | undefined): Promise<void>;
}

/** Writes one key: one write at a time, and of those that were asked for meanwhile only the latest. */
export class LatestWrite {
  readonly #storage: ClientStorage;
  readonly #key: string;
  readonly #onFailure: (error: unknown) => void;
  #wanted: (() => string | undefined) | undefined;
  #running: Promise<void> | undefined;

  constructor(storage: ClientStorage, key: string, onFailure: (error: unknown) => void) {
    this.#storage = storage;
    this.#key = key;
    this.#onFailure = onFailure;
  }

  put(value: () => string | undefined): void {
    this.#wanted = value;
    this.#running ??= this.#run();
  }

  /** Resolves when everything that was put is written, or has failed. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What the present turn of the event loop still brings is one write with this.
    await Promise.resolve();
    while (this.#wanted) {
      const value = this.#wanted;
      this.#wanted = undefined;
      try {
        await this.#storage.set(this.#key, value());
      } catch (error) {
        this.#onFailure(error);
      }
    }
    this.#running = undefined;
  }
}

/** Reads JSON; what is missing or unreadable is `undefined`: a client that lost its notes starts over. */
export const readStored = async (storage: ClientStorage | undefined, key: string): Promise<unknown> => {
  const json = await storage?.get(key);
  if (!json) return undefined;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
};
