import { type OpData, type OpReply, ops, type Presence } from '@messox/protocol';

type Ask = (data: OpData<typeof ops.presenceWatch>) => Promise<OpReply<typeof ops.presenceWatch>>;

/** Whom the app shows: the server forgets it with each socket, so it is said again on every one. */
export class PresenceWatch {
  readonly #ask: Ask;
  readonly #onPresence: (presence: Presence) => void;
  #userIds: number[] = [];

  constructor(ask: Ask, onPresence: (presence: Presence) => void) {
    this.#ask = ask;
    this.#onPresence = onPresence;
  }

  async watch(userIds: readonly number[]): Promise<readonly Presence[]> {
    const those = [...userIds];
    this.#userIds = those;
    return (await this.#ask({ userIds: those })).presences;
  }

  /** There is another socket: what is so now is told like news. */
  async again(): Promise<void> {
    const userIds = this.#userIds;
    if (userIds.length === 0) return;
    const { presences } = await this.#ask({ userIds });
    // The app may watch others by now.
    if (this.#userIds === userIds) for (const presence of presences) this.#onPresence(presence);
  }

  forget(): void {
    this.#userIds = [];
  }
}
