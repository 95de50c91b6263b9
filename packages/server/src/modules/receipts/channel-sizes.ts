import type { Host } from '../../kernel/module.ts';

const loadMs = 50;

/** Whether receipts of a channel are told to its members: what is known of the channels of this process. */
export type Size = 'small' | 'large' | 'self';

/** Remembers which channels are large, and reads many at once when they are first asked for. */
export class ChannelSizes {
  readonly #host: Pick<Host, 'sql' | 'log' | 'limits'>;
  readonly #sizes = new Map<number, Size>();
  #wanted = new Set<number>();
  #loading: Promise<void> | undefined;

  constructor(host: Pick<Host, 'sql' | 'log' | 'limits'>) {
    this.#host = host;
  }

  /** Undefined until it was read; `loaded` says when. */
  find(channelId: number): Size | undefined {
    return this.#sizes.get(channelId);
  }

  /** Resolves when an attempt was made to read this channel's size. */
  loaded(channelId: number): Promise<void> {
    this.#wanted.add(channelId);
    this.#loading ??= new Promise<void>((resolve) => setTimeout(resolve, loadMs)).then(() => this.#load());
    return this.#loading;
  }

  /** Somebody joined or left: it is read again. */
  forget(channelId: number): void {
    this.#sizes.delete(channelId);
  }

  /** Forgets channels that have no session here any more. */
  keepOnly(channelIds: readonly number[]): void {
    const kept = new Set(channelIds);
    for (const channelId of this.#sizes.keys()) if (!kept.has(channelId)) this.#sizes.delete(channelId);
  }

  async #load(): Promise<void> {
    const { limits, log, sql } = this.#host;
    const channelIds = [...this.#wanted];
    this.#wanted = new Set();
    this.#loading = undefined;
    try {
      const rows = await sql<{ id: number; size: Size }[]>`
        select id, case when kind = 'self' then 'self' when member_count > ${limits.receiptMembers} then 'large' else 'small' end as size
        from channels where id = any (${channelIds}::bigint[])`;
      for (const { id, size } of rows) this.#sizes.set(id, size);
    } catch (error) {
      log.warn({ err: error, channels: channelIds.length }, 'the sizes of channels could not be read');
    }
  }
}
