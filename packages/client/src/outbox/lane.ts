import type { OpReply, ops } from '@messox/protocol';
import type { MessoxError } from '../error.ts';
import type { UnsentMessage } from './unsent.ts';

export interface Item {
  readonly message: UnsentMessage;
  readonly resolve: (reply: OpReply<typeof ops.messageSend>) => void;
  readonly reject: (error: MessoxError) => void;
  /** Sent, and not answered yet. */
  flying: boolean;
}

/** The unsent messages of one channel, in the order in which they were written. */
export class Lane {
  readonly items: Item[] = [];
  flying = 0;
  /** Refused for the moment, so often in a row. */
  refusals = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Waits for better times. */
  get paused(): boolean {
    return this.#timer !== undefined;
  }

  /** The next message that may go out. After a refusal none does until all that fly have landed, or order would be lost. */
  next(window: number): Item | undefined {
    if (this.paused || this.flying >= window || (this.refusals > 0 && this.flying > 0)) return undefined;
    return this.items.find(({ flying }) => !flying);
  }

  /** Of no use any more. */
  get idle(): boolean {
    return this.items.length === 0 && this.flying === 0 && !this.paused;
  }

  remove(item: Item): void {
    const index = this.items.indexOf(item);
    if (index >= 0) this.items.splice(index, 1);
  }

  pause(ms: number, onResume: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      onResume();
    }, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
