import type { Receipt } from '@messox/protocol';
import type { Api } from './rest/api.ts';

/** The marks that moved while there was no connection: events tell them to those alone who are there. */
export class MissedReceipts {
  readonly #find: Api['receiptsSince'];
  readonly #onReceipt: (receipt: Receipt) => void;
  #since: string | undefined;
  #wasLive = false;

  constructor(find: Api['receiptsSince'], onReceipt: (receipt: Receipt) => void) {
    this.#find = find;
    this.#onReceipt = onReceipt;
  }

  /** The client is live: for the first time it has missed nothing yet that it had heard of. */
  async live(isWanted: boolean): Promise<void> {
    const isBack = this.#wasLive;
    this.#wasLive = true;
    if (!isBack || !isWanted) return;
    const { at, receipts } = await this.#find(this.#since);
    this.#since = at;
    for (const receipt of receipts) this.#onReceipt(receipt);
  }

  forget(): void {
    this.#since = undefined;
    this.#wasLive = false;
  }
}
