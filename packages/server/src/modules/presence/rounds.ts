import type { Host } from '../../kernel/module.ts';
import type { Lease } from './lease.ts';
import type { Watches } from './watches.ts';

export interface RoundsOptions extends Pick<Host, 'limits' | 'log'> {
  readonly lease: Lease;
  readonly watches: Watches;
  /** Tells every process, this one too, that something is new with these users. */
  readonly tell: (userIds: readonly number[]) => void;
}

/**
 * What presence does with time: a beat now and then, and soon after something happened all of it in one go. While
 * nobody is here it does nothing.
 */
export class Rounds {
  readonly #options: RoundsOptions;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  /** The last beat that was tried, and the last that was made, in performance.now(). */
  #beatenAt = -Infinity;
  #wasBeatenAt = -Infinity;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Something happened. */
  wake(): void {
    this.#wait(this.#options.limits.presenceBatchMs);
  }

  /** This process has nobody any more, and says so. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    const { lease, log, tell } = this.#options;
    try {
      tell(await lease.end());
    } catch (error) {
      // The beats end, and so does the lease.
      log.warn({ err: error }, 'the presence of this process could not be ended');
    }
  }

  #wait(ms: number): void {
    const at = performance.now() + ms;
    if (this.#stopped || this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timerAt = Infinity;
      this.#running ??= this.#round().finally(() => {
        this.#running = undefined;
        this.#waitForNext();
      });
    }, ms);
    this.#timer.unref();
  }

  #waitForNext(): void {
    const { lease, limits } = this.#options;
    if (lease.hasChanges) this.wake();
    if (lease.isHeld) this.#wait(Math.max(0, this.#beatenAt + limits.presenceBeatMs - performance.now()));
  }

  async #round(): Promise<void> {
    const { lease, limits, log, tell, watches } = this.#options;
    try {
      if (!lease.isNeeded) {
        tell(await lease.end());
        return;
      }
      if (lease.isHeld && performance.now() - this.#beatenAt >= limits.presenceBeatMs) {
        this.#beatenAt = performance.now();
        // A process that missed its beats while this one made them is dead. Where nobody could beat, it may come back.
        const isSteady = this.#beatenAt - this.#wasBeatenAt < limits.presenceBeatMs * 2;
        if (await lease.beat()) watches.allChanged({ atOnce: isSteady });
        this.#wasBeatenAt = this.#beatenAt;
        watches.rotate();
      }
      tell(await lease.write());
      await watches.look();
    } catch (error) {
      log.warn({ err: error }, 'presence could not be written or read; it is tried again with the next beat');
    }
  }
}
