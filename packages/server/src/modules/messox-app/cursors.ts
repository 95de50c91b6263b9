import type { Host, Identity } from '../../kernel/module.ts';

/** A direct channel of a user: how far this session has received it, and how far it goes. */
export interface Place {
  readonly channelId: number;
  readonly seq: number;
  readonly head: number;
}

interface Cursor {
  readonly sessionId: string;
  readonly userId: number;
  readonly channelId: number;
  readonly seq: number;
}

const saveMs = 250;

/** How far each session has received each direct channel. What is noted is written in batches, a little later. */
export class Cursors {
  readonly #host: Pick<Host, 'sql' | 'log' | 'limits'>;
  #unsaved = new Map<string, Cursor>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(host: Pick<Host, 'sql' | 'log' | 'limits'>) {
    this.#host = host;
  }

  note({ sessionId, userId }: Pick<Identity, 'sessionId' | 'userId'>, channelId: number, seq: number): void {
    const key = `${sessionId} ${channelId}`;
    if ((this.#unsaved.get(key)?.seq ?? 0) < seq) this.#unsaved.set(key, { sessionId, userId, channelId, seq });
    this.#timer ??= setTimeout(() => void this.save(), saveMs);
  }

  /** Where this session stands in all direct channels of its user. */
  async places({ sessionId, userId }: Identity): Promise<Place[]> {
    const { sql } = this.#host;
    // Who comes back at once is not handed again what is noted and not yet written.
    await this.save();
    const begun = await sql`select from messox_app_cursors where session_id = ${sessionId} limit 1`;
    if (begun.length === 0) await this.#begin(sessionId, userId);
    return sql<Place[]>`
      select c.id as "channelId", c.head, coalesce(k.seq, 0) as seq
      from members m
      join channels c on c.id = m.channel_id and c.kind = 'direct'
      left join messox_app_cursors k on k.session_id = ${sessionId} and k.channel_id = c.id
      where m.user_id = ${userId}
      order by c.active_at`;
  }

  /** Resolves when what was noted before is written, or could not be and waits for the next time. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async stop(): Promise<void> {
    await this.save();
    clearTimeout(this.#timer);
  }

  /** A new session goes on where the furthest session of its user is; the first one of all begins at the beginning. */
  async #begin(sessionId: string, userId: number): Promise<void> {
    const { limits, sql } = this.#host;
    await sql`
      insert into messox_app_cursors (session_id, channel_id, user_id, seq)
      select ${sessionId}, c.id, ${userId}, coalesce(max(k.seq), 0)
      from members m
      join channels c on c.id = m.channel_id and c.kind in ('direct', 'self')
      left join messox_app_cursors k on k.user_id = m.user_id and k.channel_id = c.id
      where m.user_id = ${userId}
      group by c.id
      on conflict do nothing`;
    // Sessions that cannot come back, of which there may be no record any more, have handed their place on.
    await sql`
      delete from messox_app_cursors where user_id = ${userId} and session_id <> ${sessionId} and session_id not in (
        select id from sessions where user_id = ${userId}
          and ended_at is null and ends_at > clock_timestamp()
          and seen_at > clock_timestamp() - ${limits.refreshTokenMs} * interval '1 ms'
      )`;
  }

  async #write(): Promise<void> {
    const cursors = [...this.#unsaved.values()];
    if (cursors.length === 0) return;
    this.#unsaved = new Map();
    const { log, sql } = this.#host;
    try {
      // In one order everywhere, so that two processes never wait for each other; a channel may be gone by now.
      await sql`
        insert into messox_app_cursors (session_id, channel_id, user_id, seq)
        select n.session_id, n.channel_id, n.user_id, n.seq
        from unnest(
          ${cursors.map(({ sessionId }) => sessionId)}::text[], ${cursors.map(({ channelId }) => channelId)}::bigint[],
          ${cursors.map(({ userId }) => userId)}::bigint[], ${cursors.map(({ seq }) => seq)}::bigint[]
        ) as n (session_id, channel_id, user_id, seq)
        join members m on m.channel_id = n.channel_id and m.user_id = n.user_id
        order by n.session_id, n.channel_id
        on conflict (session_id, channel_id) do update set seq = excluded.seq where messox_app_cursors.seq < excluded.seq`;
    } catch (error) {
      log.warn({ err: error, cursors: cursors.length }, 'cursors of messox-app could not be written yet');
      for (const { channelId, seq, sessionId, userId } of cursors) this.note({ sessionId, userId }, channelId, seq);
    }
  }
}
