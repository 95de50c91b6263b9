import { type Client, createClient, type SavedTokens } from '@messox/client';
import type { NewEntry } from '@messox/client/checker';
import type { MessageEntry, TimelineEntry } from '@messox/protocol';
import type { Cluster } from '../cluster/cluster.ts';
import type { Dice } from '../dice.ts';
import { recorded, type Recorder } from '../history/recorder.ts';
import { isRefusal } from './outcome.ts';
import { recordingSocket } from './recording-socket.ts';

/** Each call and each socket goes to a server of its own choice. */
const anywhere = 'http://messox.test';

/** Quick enough to go through many reconnections in a minute. */
const timings = {
  connectTimeoutMs: 2_000,
  helloTimeoutMs: 3_000,
  requestTimeoutMs: 4_000,
  sendTimeoutMs: 4_000,
  pingTimeoutMs: 1_500,
  catchUpTimeoutMs: 8_000,
  reconnectBaseMs: 50,
  reconnectCapMs: 800,
  steadyMs: 1_000,
  retryBaseMs: 50,
  retryCapMs: 400,
};

export interface Account {
  readonly userId: number;
  readonly username: string;
  readonly password: string;
}

export interface DeviceOptions {
  readonly name: string;
  readonly account: Account;
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly dice: Dice;
  /** Sends of one channel that may fly at once. */
  readonly sendWindow: number;
}

/** What a device knows of a channel: enough to have something to say about it. */
interface Known {
  cursor: number;
  readonly messages: Map<number, { readonly senderId: number }>;
}

/** What a device has lived through. */
export interface DeviceCounts {
  connections: number;
  lives: number;
  problems: string[];
  readonly closeCodes: Map<number, number>;
}

const remembered = 200;

/** One real client of somebody, with everything recorded that its app is handed and that goes over its sockets. */
export class Device {
  readonly options: DeviceOptions;
  readonly counts: DeviceCounts = { connections: 0, lives: 0, problems: [], closeCodes: new Map() };
  readonly known = new Map<number, Known>();
  client: Client;
  /** Sends that wait for their acknowledgement. */
  flying = 0;
  readonly #attempts = new Map<string, number>();
  #session = '';
  #tokens: SavedTokens | undefined;
  #isWanted = false;

  constructor(options: DeviceOptions) {
    this.options = options;
    this.client = this.#begin();
  }

  get userId(): number {
    return this.options.account.userId;
  }

  /** Resolves when the device is live; goes on trying until then, with the password where that is needed. */
  async connect(): Promise<void> {
    this.#isWanted = true;
    while (!(await this.#isConnected())) await this.#logIn();
  }

  /** True as soon as it is live, or nobody wants it to be any more; false when it has to log in. */
  #isConnected(): Promise<boolean> {
    return this.client.connect().then(
      () => true,
      () => !this.#isWanted,
    );
  }

  async disconnect(): Promise<void> {
    this.#isWanted = false;
    await this.client.close();
  }

  /** The app ends, and starts again with an empty hand. What it had not sent is given up. */
  async restart(): Promise<void> {
    await this.disconnect();
    this.options.recorder.add({ type: 'close', session: this.#session });
    this.flying = 0;
    this.client = this.#begin();
    await this.connect();
  }

  /** Sends as an app does: the client repeats it until the server has said something. `stored` resolves with the seq, if any. */
  send(channelId: number, text: string): { readonly clientId: string; readonly stored: Promise<number | undefined> } {
    const { client } = this;
    const { clientId, stored } = client.send({ channelId, text });
    const entry = { channelId, kind: 'message', senderId: this.userId, clientId, text } as const;
    this.flying += 1;
    const lane = this.options.sendWindow === 1 ? { lane: this.#session } : {};
    const done = this.#record(entry, stored, lane, () => this.#isOnlyAttempt(clientId)).finally(() => {
      // A restart has given up whatever was flying.
      if (client === this.client) this.flying -= 1;
    });
    return { clientId, stored: done };
  }

  /** Sends a message once more, by REST on whichever server: it is stored once all the same. */
  repeat({
    channelId,
    clientId,
    text,
  }: Pick<MessageEntry, 'channelId' | 'clientId' | 'text'>): Promise<number | undefined> {
    const entry = { channelId, kind: 'message', senderId: this.userId, clientId, text } as const;
    return this.#record(entry, this.client.api.sendMessage(channelId, { clientId, text }));
  }

  edit(channelId: number, seq: number, text: string): Promise<number | undefined> {
    const entry = { channelId, kind: 'message.edited', senderId: this.userId, targetSeq: seq, text } as const;
    return this.#record(entry, this.client.edit({ channelId, seq, text }));
  }

  remove(channelId: number, seq: number): Promise<number | undefined> {
    const entry = { channelId, kind: 'message.deleted', senderId: this.userId, targetSeq: seq } as const;
    return this.#record(entry, this.client.delete({ channelId, seq }));
  }

  react(channelId: number, seq: number, emoji: string, isWanted: boolean): Promise<number | undefined> {
    const kind = isWanted ? 'reaction.added' : 'reaction.removed';
    const reaction = { channelId, seq, emoji };
    return this.#record(
      { channelId, kind, senderId: this.userId, targetSeq: seq, emoji },
      isWanted ? this.client.react(reaction) : this.client.unreact(reaction),
    );
  }

  takeIn(channelId: number, userId: number): Promise<number | undefined> {
    const entry = { channelId, kind: 'member.joined', senderId: this.userId, userId, role: 'member' } as const;
    return this.#record(
      entry,
      this.client.api.addMembers(channelId, [userId]).then(() => ({})),
    );
  }

  takeOut(channelId: number, userId: number): Promise<number | undefined> {
    const entry = { channelId, kind: 'member.left', senderId: this.userId, userId } as const;
    return this.#record(
      entry,
      this.client.api.removeMember(channelId, userId).then(() => ({})),
    );
  }

  rename(channelId: number, name: string): Promise<number | undefined> {
    const entry = { channelId, kind: 'channel.changed', senderId: this.userId, name } as const;
    return this.#record(
      entry,
      this.client.api.renameGroup(channelId, name).then(() => ({})),
    );
  }

  /** Reads a page of history. */
  async page(
    channelId: number,
    query: { readonly before?: number; readonly after?: number; readonly limit: number },
  ): Promise<void> {
    const { recorder } = this.options;
    const startedAt = recorder.now();
    const page = await this.client.api.history(channelId, query).catch(() => undefined);
    if (!page) return;
    const { head, messages } = page;
    recorder.add({
      type: 'page',
      startedAt,
      userId: this.userId,
      channelId,
      ...query,
      head,
      messages: messages.map(recorded),
    });
  }

  /** Records a call from now to its end. */
  async #record(
    entry: NewEntry,
    answer: Promise<{ readonly seq?: number }>,
    lane: { readonly lane?: string } = {},
    isFinal: () => boolean = () => true,
  ): Promise<number | undefined> {
    const { recorder } = this.options;
    const call = recorder.nextCall();
    recorder.add({ type: 'invoke', call, entry: recorded(entry), ...lane });
    try {
      const { seq } = await answer;
      recorder.add({ type: 'ok', call, ...(seq === undefined ? {} : { seq }) });
      return seq;
    } catch (error) {
      if (isRefusal(error) && isFinal()) recorder.add({ type: 'fail', call, code: error.code });
      else recorder.add({ type: 'info', call });
      return undefined;
    }
  }

  /** False when the message was sent before, without an answer: that one may still be stored, whatever became of this. */
  #isOnlyAttempt(clientId: string): boolean {
    const attempts = this.#attempts.get(clientId) ?? 0;
    this.#attempts.delete(clientId);
    return attempts <= 1;
  }

  #begin(): Client {
    const { account, cluster, dice, name, recorder, sendWindow } = this.options;
    this.counts.lives += 1;
    this.known.clear();
    const life = `${name} ${this.counts.lives}`;
    this.#session = `${life} app`;
    recorder.add({ type: 'open', session: this.#session, userId: account.userId, cursors: {} });
    const client = createClient({
      url: anywhere,
      clientName: name,
      timings,
      sendWindow,
      ...(this.#tokens ? { tokens: this.#tokens } : {}),
      onTokens: (tokens) => void (this.#tokens = tokens),
      fetch: (input, init) =>
        fetch(typeof input === 'string' ? input.replace(anywhere, cluster.apiUrl(dice)) : input, init),
      WebSocket: recordingSocket({
        recorder,
        device: life,
        userId: account.userId,
        address: () => cluster.socketUrl(dice),
        onSend: (clientId) => this.#attempts.set(clientId, (this.#attempts.get(clientId) ?? 0) + 1),
        onClosed: (code) => this.counts.closeCodes.set(code, (this.counts.closeCodes.get(code) ?? 0) + 1),
      }),
    });
    this.#listen(client, this.#session);
    return client;
  }

  #listen(client: Client, session: string): void {
    const { recorder } = this.options;
    client.on('entry', (entry) => {
      recorder.add({ type: 'recv', session, entry: recorded(entry) });
      this.#learn(entry);
    });
    client.on('reset', (reset) => {
      recorder.add({ type: 'reset', session, ...reset, entries: reset.entries.map(recorded) });
      this.known.set(reset.channelId, { cursor: reset.head, messages: new Map() });
      for (const entry of reset.entries) this.#learn(entry);
      const known = this.known.get(reset.channelId);
      if (known) known.cursor = reset.head;
    });
    client.on('channelRemoved', ({ channelId }) => {
      recorder.add({ type: 'removed', session, channelId });
      this.known.delete(channelId);
    });
    client.on('ready', () => {
      this.counts.connections += 1;
      recorder.add({ type: 'ready', session });
    });
    client.on('problem', (problem) => void this.counts.problems.push(String(problem)));
  }

  #learn(entry: TimelineEntry): void {
    const known = this.known.get(entry.channelId);
    if (!known) return;
    known.cursor = entry.seq;
    if (entry.kind === 'message' && entry.deletedAt === undefined)
      known.messages.set(entry.seq, { senderId: entry.senderId });
    if (entry.kind === 'message.deleted') known.messages.delete(entry.targetSeq);
    const [oldest] = known.messages.keys();
    if (known.messages.size > remembered && oldest !== undefined) known.messages.delete(oldest);
  }

  async #logIn(): Promise<void> {
    const { password, username } = this.options.account;
    await this.client.login({ username, password }).catch(() => new Promise((resolve) => setTimeout(resolve, 300)));
  }
}
