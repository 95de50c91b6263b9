import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultLimits, type OpData, type OpReply, ops, type TimelineEntry, toldLimits } from '@messox/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { type RestAnswer, type RestRequest, restRoutes, TokenBook } from './scripted-rest.ts';
import { ScriptedSession } from './scripted-session.ts';
import { type NewEntry, World } from './world.ts';

type Handled = boolean | undefined | Promise<boolean | undefined>;

const opContracts = Object.values(ops).filter((op) => typeof op === 'object' && 'reply' in op);

/**
 * A server that speaks the contract over real sockets and does otherwise what the test says: `onOp` and `onRest` come
 * before its own answers.
 */
export class ScriptedServer {
  readonly world = new World();
  readonly tokens = new TokenBook(this.world);
  readonly sessions: ScriptedSession[] = [];
  /** Every request so far. */
  readonly requests: ops.Request[] = [];
  heartbeatMs = 30_000;
  limits = toldLimits(defaultLimits);
  /** True when it has answered the request itself, or never will. */
  onOp: ((session: ScriptedSession, request: ops.Request) => Handled) | undefined;
  /** An answer; `hang up` for none. */
  onRest: ((request: RestRequest) => RestAnswer | 'hang up' | undefined) | undefined;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  private constructor(http: Server) {
    this.#http = http;
    const answer = restRoutes(this.world, this.tokens);
    http.on(
      'request',
      (request: IncomingMessage, response: ServerResponse) => void this.#rest(request, response, answer),
    );
    http.on('upgrade', (request, socket, head) =>
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened)),
    );
  }

  static async start(): Promise<ScriptedServer> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return new ScriptedServer(http);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The newest session. */
  get session(): ScriptedSession {
    const session = this.sessions.at(-1);
    if (!session) throw new Error('Nobody has connected yet.');
    return session;
  }

  requestsOf(op: string): ops.Request[] {
    return this.requests.filter((request) => request.op === op);
  }

  async stop(): Promise<void> {
    for (const { socket } of this.sessions) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Stores an entry and hands it to every live session of its channel. */
  append(channelId: number, fields: NewEntry): TimelineEntry {
    const entry = this.world.store(channelId, fields);
    this.hand(entry);
    return entry;
  }

  hand(entry: TimelineEntry): void {
    const { members } = this.world.channel(entry.channelId);
    for (const session of this.sessions)
      if (session.live && session.userId !== undefined && members.includes(session.userId)) session.entry(entry);
  }

  /** What an honest server says to these cursors, before `ready`. */
  catchUp(session: ScriptedSession, cursors: Readonly<Record<string, number>>, otherEpoch = false): void {
    const own = this.world.channelsOf(session.userId ?? 0);
    for (const channelId of Object.keys(cursors).map(Number))
      if (!own.some(({ id }) => id === channelId)) session.event('channel.removed', { channelId });
    for (const channel of own) {
      const { id: channelId, entries } = channel;
      const cursor = cursors[channelId];
      const head = entries.length;
      if (cursor === undefined) session.event('channel.added', { channel: this.world.describe(channel) });
      if (cursor === undefined || otherEpoch || cursor > head) {
        const reason = cursor === undefined ? 'new' : otherEpoch ? 'epoch' : 'ahead';
        session.event('timeline.reset', { channelId, entries: entries.slice(-50), head, reason });
      } else for (const entry of entries.slice(cursor)) session.entry(entry);
    }
  }

  hello(session: ScriptedSession, request: ops.Request): void {
    const { token, cursors, epoch } = request.data as OpData<typeof ops.hello>;
    const userId = this.tokens.userOf(token);
    const user = this.world.users[(userId ?? 0) - 1];
    if (!user) {
      session.refuse(request, 'unauthenticated');
      session.close('unauthenticated');
      return;
    }
    session.userId = user.id;
    const { heartbeatMs, limits, world } = this;
    session.reply(request, {
      user,
      sessionId: `session ${this.sessions.length}`,
      epoch: world.epoch,
      heartbeatMs,
      limits,
    });
    if (cursors) this.catchUp(session, cursors, epoch !== undefined && epoch !== world.epoch);
    session.live = true;
    session.ready();
  }

  /** Stores what is to be sent, once, and returns the reply. */
  keepMessage(session: ScriptedSession, request: ops.Request): OpReply<typeof ops.messageSend> {
    const { channelId, ...fields } = request.data as OpData<typeof ops.messageSend>;
    const { entries } = this.world.channel(channelId);
    const before = entries.find((entry) => entry.kind === 'message' && entry.clientId === fields.clientId);
    if (before) return { channelId, seq: before.seq, sentAt: before.sentAt, duplicate: true };
    const { seq, sentAt } = this.append(channelId, { kind: 'message', senderId: session.userId ?? 0, ...fields });
    return { channelId, seq, sentAt };
  }

  storeMessage(session: ScriptedSession, request: ops.Request): void {
    session.reply(request, this.keepMessage(session, request));
  }

  #open(socket: WebSocket): void {
    const session = new ScriptedSession(socket);
    this.sessions.push(session);
    socket.on('close', () => (session.live = false));
    socket.on('message', (frame: Buffer) => {
      const request = ops.request.parse(JSON.parse(frame.toString()));
      opContracts.find(({ name }) => name === request.op)?.data.parse(request.data);
      this.requests.push(request);
      void this.#answer(session, request);
    });
  }

  async #answer(session: ScriptedSession, request: ops.Request): Promise<void> {
    if (await this.onOp?.(session, request)) return;
    if (request.op === 'hello') this.hello(session, request);
    else if (request.op === 'message.send') this.storeMessage(session, request);
    else if (request.op === 'ping') session.reply(request, { serverTime: this.world.now() });
    else if (request.op === 'sync') {
      session.reply(request, {});
      this.catchUp(session, (request.data as OpData<typeof ops.sync>).cursors);
      session.ready();
    } else if (opContracts.some(({ name }) => name === request.op)) {
      const { channelId, seq } = request.data as { channelId: number; seq?: number };
      session.reply(request, seq === undefined ? {} : { channelId, seq });
    } else session.refuse(request, 'unknown_op');
  }

  async #rest(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (request: RestRequest) => RestAnswer,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '/', this.url);
    const asked: RestRequest = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      token: request.headers.authorization?.replace(/^Bearer /, ''),
    };
    const scripted = this.onRest?.(asked);
    if (scripted === 'hang up') {
      request.socket.destroy();
      return;
    }
    const { status, body } = scripted ?? answer(asked);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  }
}
