import type { HistoryRecord } from '@messox/client/checker';

type Plain = HistoryRecord extends infer R ? (R extends HistoryRecord ? Omit<R, 'at'> : never) : never;

/** What happened in one round, in the order of one clock, and how long things took. */
export class Tape {
  readonly records: HistoryRecord[] = [];
  readonly acknowledgedMs: number[] = [];
  readonly deliveredMs: number[] = [];
  /** Refusals of ops by their code. */
  readonly refused = new Map<string, number>();
  /** When each message was first sent, by its clientId. */
  readonly #sentAt = new Map<string, number>();
  resumes = 0;

  add(record: Plain): number {
    const at = performance.now();
    this.records.push({ ...record, at });
    return at;
  }

  sent(clientId: string, at: number): void {
    if (!this.#sentAt.has(clientId)) this.#sentAt.set(clientId, at);
  }

  acknowledged(clientId: string, at: number): void {
    const sentAt = this.#sentAt.get(clientId);
    if (sentAt !== undefined) this.acknowledgedMs.push(at - sentAt);
  }

  /** A session that was live when the message was sent has it now. */
  delivered(clientId: string, at: number, liveSince: number): void {
    const sentAt = this.#sentAt.get(clientId);
    if (sentAt !== undefined && liveSince < sentAt) this.deliveredMs.push(at - sentAt);
  }

  refuse(code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
  }
}
