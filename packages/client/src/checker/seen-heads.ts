import type { HistoryRecord } from './history.ts';

interface Seen {
  readonly seq: number;
  /** What showed it. */
  readonly record: HistoryRecord;
}

/** How far a channel was known to have come at any moment: by an acknowledgement, or because somebody was handed an entry. */
export class SeenHeads {
  readonly #steps = new Map<number, Seen[]>();

  /** Called in the order of time. */
  note(channelId: number, seq: number, record: HistoryRecord): void {
    const steps = this.#steps.get(channelId);
    if (!steps) this.#steps.set(channelId, [{ seq, record }]);
    else if (seq > (steps.at(-1)?.seq ?? 0)) steps.push({ seq, record });
  }

  /** The newest that was known before `at`. */
  before(channelId: number, at: number): Seen | undefined {
    const steps = this.#steps.get(channelId) ?? [];
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((steps[middle]?.record.at ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return steps[low - 1];
  }
}
