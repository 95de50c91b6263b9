import { addHistory, applyEntry, type ChannelState, channelState, stateOfReset } from '@messox/client';
import type { Channel, EventData, events, TimelineEntry } from '@messox/protocol';
import { type TestSocket, testSocket } from '@messox/server/testing';
import { expect } from 'vitest';
import { type AccountState, applyToAccount } from './account.ts';
import { head, inOneOrder, tellings } from './channel.ts';
import { expectedNews, type Held, type News, noNews } from './expected-catch-up.ts';
import type { World } from './world.ts';

type Frame = Readonly<Record<string, unknown>> & { readonly event?: string; readonly id?: string };
type Reset = EventData<typeof events.timelineReset>;

export interface DeviceOptions {
  readonly url: string;
  readonly token: string;
  readonly userId: number;
  readonly world: World;
  /** Told the kind of every entry that is seen. */
  readonly onKind: (kind: TimelineEntry['kind']) => void;
  /** Makes the server look for what its bus lost. */
  readonly nudge: () => void;
}

const patienceMs = 10_000;
/** How often a server with a lossy bus is made to look for what is missing. */
const nudgeMs = 50;

/** One client of a user: what it is told, in order, each frame held against the model. */
export class Device {
  readonly #options: DeviceOptions;
  #socket: TestSocket | undefined;
  #frames: Frame[] = [];
  /** Frames that were looked at. */
  #taken = 0;
  #nextId = 0;
  /** Who waits for the next frame. */
  readonly #waiting = new Set<() => void>();
  /** What becomes true when the reply of this id comes. */
  readonly #onReply = new Map<string, () => void>();
  #news = noNews();
  /** The last seq of each channel that it was handed, as it would send them. */
  readonly cursors = new Map<number, number>();
  readonly #states = new Map<number, ChannelState>();
  #account: AccountState | undefined;
  #epoch: string | undefined;

  constructor(options: DeviceOptions) {
    this.#options = options;
  }

  get isOnline(): boolean {
    return this.#socket !== undefined;
  }

  get userId(): number {
    return this.#options.userId;
  }

  /** Holds this snapshot of a channel from now on. */
  hold(state: ChannelState): void {
    this.#states.set(state.channelId, state);
  }

  holdAccount(account: AccountState): void {
    this.#account = account;
  }

  /**
   * Opens a socket with these cursors and takes its catch-up. With `exactly`, what it is told besides entries is what the
   * contract says; without, other things happen at the same time.
   */
  async connect(held: Held, { exactly = true } = {}): Promise<void> {
    const { token, url, userId, world } = this.#options;
    const socket = await testSocket(`${url.replace('http', 'ws')}/ws`);
    this.#socket = socket;
    this.#frames = [];
    this.#taken = 0;
    socket.socket.on('message', (data: Buffer) => {
      this.#frames.push(JSON.parse(data.toString()) as Frame);
      for (const wake of this.#waiting) wake();
    });
    const { cursors, otherEpoch } = held;
    const epoch = otherEpoch ? 'another-life' : this.#epoch;
    const now = new Map(world.channelsOf(userId).map((channel) => [channel.id, head(channel)]));
    const wanted = expectedNews(world, userId, held);
    const reply = await this.#request(
      'hello',
      {
        token,
        ...(epoch === undefined ? {} : { epoch }),
        ...(cursors ? { cursors: Object.fromEntries(cursors) } : {}),
      },
      () => {
        this.#news = noNews();
        this.#restart(cursors ?? now, { asOfNow: cursors === undefined });
      },
    );
    this.#epoch = (reply.data as { epoch: string }).epoch;
    await this.#ready(exactly ? wanted : undefined);
  }

  async sync(cursors: ReadonlyMap<number, number>, { exactly = true } = {}): Promise<void> {
    const { userId, world } = this.#options;
    const wanted = expectedNews(world, userId, { cursors, isSync: true });
    await this.#request('sync', { cursors: Object.fromEntries(cursors) }, () => {
      this.#news = noNews();
      this.#restart(new Map([...this.cursors, ...cursors]), { asOfNow: false });
    });
    await this.#ready(exactly ? wanted : undefined);
  }

  async disconnect(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    await socket?.close();
  }

  /** Asks by this device's socket. The answer's data, or the code of the refusal. */
  async ask(op: string, data: object): Promise<{ fault: string } | Record<string, unknown>> {
    const reply = await this.#request(op, data);
    return reply.ok ? (reply.data as Record<string, unknown>) : { fault: (reply.error as { code: string }).code };
  }

  /** Waits until it has been handed everything that has happened, and nothing else. */
  async settle(): Promise<void> {
    const { nudge, userId, world } = this.#options;
    const nudging = setInterval(nudge, nudgeMs);
    nudge();
    try {
      await this.#until('the newest entries', () => {
        this.#take();
        const wanted = world.channelsOf(userId).map((channel): [number, number] => [channel.id, head(channel)]);
        const byId = (a: readonly number[], b: readonly number[]): number => (a[0] ?? 0) - (b[0] ?? 0);
        return JSON.stringify(wanted.sort(byId)) === JSON.stringify([...this.cursors].sort(byId));
      });
    } finally {
      clearInterval(nudging);
    }
  }

  /** Holds what it has of each channel against a fresh snapshot. */
  compare(fresh: ReadonlyMap<number, ChannelState>, account: AccountState): void {
    for (const [channelId, state] of this.#states) {
      const snapshot = fresh.get(channelId);
      if (!snapshot) throw new Error(`A device holds channel ${channelId}, which its user is not in`);
      expectSameChannel(state, snapshot);
    }
    if (this.#account) expect(this.#account).toEqual(account);
  }

  /** Cursors that hold now; a state goes on where the cursor is no later than what it holds. */
  #restart(cursors: ReadonlyMap<number, number>, { asOfNow }: { readonly asOfNow: boolean }): void {
    const { selfId } = this.#options.world.account(this.userId);
    this.cursors.clear();
    for (const [channelId, cursor] of cursors) this.cursors.set(channelId, cursor);
    for (const [channelId, { seq }] of this.#states) {
      const cursor = this.cursors.get(channelId);
      if (asOfNow ? cursor !== seq : cursor === undefined || cursor > seq) this.#states.delete(channelId);
      else if (cursor === 0 && seq > 0) this.#states.delete(channelId);
    }
    // From nothing: a channel before its first entry had a name and no members.
    for (const [channelId, cursor] of cursors)
      if (cursor === 0 && !asOfNow && !this.#states.has(channelId)) this.#holdNothing(channelId);
    const self = this.cursors.get(selfId);
    if (self === undefined || (this.#account && self > this.#account.seq)) this.#account = undefined;
  }

  #holdNothing(channelId: number): void {
    const channel = this.#options.world.channels.get(channelId);
    if (!channel) return;
    const { firstName: name, kind } = channel;
    const members = kind === 'self' ? [{ id: this.userId, role: 'owner' as const }] : [];
    this.#states.set(channelId, channelState({ channelId, head: 0, name, members }));
  }

  async #ready(wanted: News | undefined): Promise<void> {
    const from = this.#taken;
    await this.#until('ready', () => this.#frames.slice(from).some(({ event }) => event === 'ready'));
    if (!wanted) return;
    this.#take({ untilReady: true });
    expect(this.#news).toEqual(wanted);
  }

  async #request(op: string, data: object, onReply?: () => void): Promise<Frame> {
    const socket = this.#socket;
    if (!socket) throw new Error('The device is offline');
    const id = `d${(this.#nextId += 1)}`;
    if (onReply) this.#onReply.set(id, onReply);
    socket.socket.send(JSON.stringify({ id, op, data }));
    const isReply = (frame: Frame): boolean => frame.id === id;
    await this.#until(`the reply to ${op}`, () => this.#frames.some(isReply));
    const reply = this.#frames.find(isReply);
    if (!reply) throw new Error('The reply is gone');
    if (onReply && !reply.ok) throw new Error(`${op} was refused: ${JSON.stringify(reply.error)}`);
    return reply;
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!holds()) {
      const leftMs = end - performance.now();
      if (leftMs <= 0) throw new Error(`A device of user ${this.userId} waits in vain for ${what}: ${this.#told()}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, leftMs);
        this.#waiting.add(wake);
      });
    }
  }

  #told(): string {
    const last = this.#frames.slice(-10).map((frame) => JSON.stringify(frame));
    return `it has ${JSON.stringify([...this.cursors])}, and was last told\n${last.join('\n')}`;
  }

  /** Looks at the frames that have come. */
  #take({ untilReady = false } = {}): void {
    for (; this.#taken < this.#frames.length;) {
      const frame = this.#frames[this.#taken];
      this.#taken += 1;
      if (!frame) continue;
      if (frame.id !== undefined) this.#onReply.get(frame.id)?.();
      else this.#event(frame);
      if (untilReady && frame.event === 'ready') return;
    }
  }

  #event({ data, event }: Frame): void {
    const { userId, world } = this.#options;
    if (event === 'timeline.entry') this.#entry(data as TimelineEntry);
    else if (event === 'timeline.reset') this.#reset(data as Reset);
    else if (event === 'channel.added') {
      const { channel } = data as { channel: Channel };
      const { kind } = world.channel(channel.id);
      expect({ kind: channel.kind, held: this.cursors.has(channel.id) }).toEqual({ kind, held: false });
      this.#news.added.add(channel.id);
    } else if (event === 'channel.removed') {
      const { channelId } = data as { channelId: number };
      this.#news.removed.add(channelId);
      this.cursors.delete(channelId);
      this.#states.delete(channelId);
    } else if (event === 'receipt') {
      const { channelId, readSeq, userId: reader } = data as EventData<typeof events.receipt>;
      expect(readSeq, `what ${reader} has read of ${channelId}, told to ${userId}`).toBeLessThanOrEqual(
        head(world.channel(channelId)),
      );
    }
  }

  #entry(entry: TimelineEntry): void {
    const { channelId, seq } = entry;
    expect(seq, `the next entry of channel ${channelId} for user ${this.userId}; ${this.#told()}`).toBe(
      (this.cursors.get(channelId) ?? NaN) + 1,
    );
    this.#check(entry);
    this.cursors.set(channelId, seq);
    const state = this.#states.get(channelId);
    if (state) this.#states.set(channelId, applyEntry(state, entry));
    if (this.#account && channelId === this.#options.world.account(this.userId).selfId)
      this.#account = applyToAccount(this.#account, entry);
  }

  #reset(reset: Reset): void {
    const { channelId, entries, reason } = reset;
    const { world } = this.#options;
    this.#news.resets.set(channelId, reason);
    expect(reset.head).toBeLessThanOrEqual(head(world.channel(channelId)));
    const from = reset.head - entries.length;
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => from + index + 1));
    for (const entry of entries) this.#check(entry);
    this.cursors.set(channelId, reset.head);
    this.#states.set(channelId, stateOfReset(reset));
    if (channelId === world.account(this.userId).selfId) this.#account = undefined;
  }

  #check(entry: TimelineEntry): void {
    this.#options.onKind(entry.kind);
    const allowed = tellings(this.#options.world.channel(entry.channelId), entry.seq);
    expect(allowed).toContainEqual(inOneOrder(entry));
  }
}

/** A state that knows less (from a reset) must agree in what it knows, and in the rest once it is given the history. */
export const expectSameChannel = (state: ChannelState, fresh: ChannelState): void => {
  const { members, messages, name, seq } = addHistory(state, { messages: fresh.messages, head: fresh.seq });
  const sorted = (those: ChannelState['members']): unknown => those && [...those].sort(([a], [b]) => a - b);
  const held = new Set(state.messages.map((message) => message.seq));
  // First without the help of the fresh history, which would mend what is wrong.
  expect(state.messages).toEqual(fresh.messages.filter((message) => held.has(message.seq)));
  expect({ messages, name, seq, members: sorted(members) }).toEqual({
    messages: fresh.messages,
    name: state.name === undefined ? undefined : fresh.name,
    seq: fresh.seq,
    members: state.members && sorted(fresh.members),
  });
};
