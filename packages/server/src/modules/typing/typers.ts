/** Who wrote in which channel lately: each is noted once in `everyMs`, and no more than `most` of one channel at a time. */
export class Typers {
  readonly #everyMs: number;
  readonly #most: number;
  /** Channel to user to when they were noted, in performance.now(). */
  readonly #channels = new Map<number, Map<number, number>>();

  constructor(everyMs: number, most: number) {
    this.#everyMs = everyMs;
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#channels.size === 0;
  }

  isRecent(channelId: number, userId: number): boolean {
    const at = this.#channels.get(channelId)?.get(userId);
    return at !== undefined && performance.now() - at < this.#everyMs;
  }

  /** False when this was noted lately, or when enough others were. */
  note(channelId: number, userId: number): boolean {
    if (this.isRecent(channelId, userId)) return false;
    const users = this.#channels.get(channelId) ?? new Map<number, number>();
    if (users.size >= this.#most) this.#forgetOldOf(users);
    if (users.size >= this.#most && !users.has(userId)) return false;
    users.set(userId, performance.now());
    this.#channels.set(channelId, users);
    return true;
  }

  /** They wrote what they were writing: the next time is news. */
  forget(channelId: number, userId: number): void {
    this.#channels.get(channelId)?.delete(userId);
  }

  forgetOld(): void {
    for (const [channelId, users] of this.#channels) {
      this.#forgetOldOf(users);
      if (users.size === 0) this.#channels.delete(channelId);
    }
  }

  #forgetOldOf(users: Map<number, number>): void {
    const oldest = performance.now() - this.#everyMs;
    for (const [userId, at] of users) if (at <= oldest) users.delete(userId);
  }
}
