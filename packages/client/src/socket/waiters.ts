import { MessoxError } from '../error.ts';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: MessoxError) => void;
}

/** Those who wait for something to happen for the next time. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();

  /** @throws MessoxError unreachable after `timeoutMs`, or what `reject` is given */
  wait(timeoutMs?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => {
              this.#waiters.delete(waiter);
              reject(new MessoxError('unreachable'));
            }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  resolve(): void {
    for (const { resolve } of this.#take()) resolve();
  }

  reject(error: MessoxError): void {
    for (const { reject } of this.#take()) reject(error);
  }

  #take(): Waiter[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    return waiters;
  }
}
