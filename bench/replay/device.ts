import { type Client, createClient } from '@messox/client';
import type { TimelineEntry } from '@messox/protocol';

/** A message as a device holds it. */
export interface Held {
  readonly seq: number;
  readonly senderId: number;
  readonly text: string;
}

const timings = { reconnectBaseMs: 50, reconnectCapMs: 1_000 };

const messagesOf = (entries: readonly TimelineEntry[]): Held[] =>
  entries.flatMap((entry) =>
    entry.kind === 'message' ? [{ seq: entry.seq, senderId: entry.senderId, text: entry.text }] : [],
  );

/** One client of somebody, with all that it was ever handed of each channel. */
export class Device {
  readonly name: string;
  readonly client: Client;
  readonly #held = new Map<number, Held[]>();
  /** How often it was live. */
  connections = 0;

  constructor(name: string, url: string) {
    this.name = name;
    this.client = createClient({ url, clientName: name, timings });
    this.client.on('ready', () => (this.connections += 1));
    this.client.on('entry', (entry) => void this.of(entry.channelId).push(...messagesOf([entry])));
    this.client.on('reset', ({ channelId, entries }) => this.#held.set(channelId, messagesOf(entries)));
  }

  of(channelId: number): Held[] {
    const held = this.#held.get(channelId) ?? [];
    this.#held.set(channelId, held);
    return held;
  }
}
