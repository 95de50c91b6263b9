import { type OpContract, type OpData, type OpReply, ops, type OwnUser, rest } from '@messox/protocol';
import { Auth } from './auth/auth.ts';
import type { Client } from './client.ts';
import { Emitter } from './emitter.ts';
import { MessoxError } from './error.ts';
import type { ClientEvents } from './events.ts';
import { MissedReceipts } from './missed-receipts.ts';
import { type ClientOptions, defaultTimings, endpointsOf } from './options.ts';
import { Outbox } from './outbox/outbox.ts';
import { PresenceWatch } from './presence-watch.ts';
import { receiver } from './receive.ts';
import { makeApi } from './rest/api.ts';
import { authorizedCall } from './rest/authorized.ts';
import { Connection, type HelloReply } from './socket/connection.ts';
import type { OpenSocket } from './socket/socket-like.ts';
import { CatchUp } from './timeline/catch-up.ts';
import { ResumePoint } from './timeline/resume-point.ts';
import { Timeline } from './timeline/timeline.ts';
import { randomUuid } from './uuid.ts';

/** A client whose sockets are opened by `openSocket`. @throws TypeError when `url` is no server's address */
export const makeClient = (options: ClientOptions, openSocket: OpenSocket): Client => {
  const endpoints = endpointsOf(options.url);
  const timings = { ...defaultTimings, ...options.timings };
  const { clientName, storage } = options;
  const named = clientName === undefined ? {} : { client: clientName };

  const emitter = new Emitter<ClientEvents>((error) => {
    if (emitter.has('problem')) void emitter.emit('problem', error);
    // A bug in a handler with nobody to tell: as loud as one anywhere else.
    else
      queueMicrotask(() => {
        throw error instanceof Error ? error : new Error(String(error));
      });
  });
  const onProblem = (error: unknown): void => void emitter.emit('problem', error);

  const { fetch = globalThis.fetch } = options;
  // A plain function: browsers refuse their own `fetch` as the method of another object.
  const caller = {
    base: endpoints.rest,
    fetch: (...args: Parameters<typeof fetch>) => fetch(...args),
    timeoutMs: timings.requestTimeoutMs,
  };
  const keyOf = (...parts: (string | number)[]): string => ['messox', endpoints.rest, ...parts].join(' ');
  const auth = new Auth({
    caller,
    storage,
    key: keyOf('tokens'),
    tokens: options.tokens,
    onTokens: options.onTokens,
    refreshEarlyMs: timings.refreshEarlyMs,
    onEnded: (error) => void emitter.emit('loggedOut', error),
    onProblem,
  });
  const api = makeApi(authorizedCall(caller, auth));

  const resume = new ResumePoint({ storage, onProblem });
  const timeline = new Timeline(resume, {
    entry: (entry) => emitter.emit('entry', entry),
    reset: (reset) => emitter.emit('reset', reset),
    channelAdded: (added) => emitter.emit('channelAdded', added),
    channelRemoved: (removed) => emitter.emit('channelRemoved', removed),
  });
  const catchUp = new CatchUp({ resume, timeline, timings });
  const outbox = new Outbox({
    storage,
    timings,
    window: options.sendWindow ?? 1,
    onSent: (sent) => void emitter.emit('sent', sent),
    onFailed: (failed) => void emitter.emit('sendFailed', failed),
    onProblem,
  });

  const watch = new PresenceWatch(
    (data) => request(ops.presenceWatch, data),
    (presence) => void emitter.emit('presence', presence),
  );
  const receipts = new MissedReceipts(api.receiptsSince, (receipt) => void emitter.emit('receipt', receipt));
  /** What is no entry, and so has no place in the catch-up. */
  const catchUpState = (): void => {
    watch.again().catch(onProblem);
    receipts.live(emitter.has('receipt')).catch(onProblem);
  };

  /** Whose cursors and unsent messages are open. */
  let openFor: Promise<number | undefined> = Promise.resolve(undefined);
  const openNotes = (): Promise<unknown> => {
    openFor = openFor.then(async (before) => {
      const id = auth.user?.id;
      if (id === undefined || id === before) return before;
      if (before !== undefined) await outbox.abandon(new MessoxError('logged_out'), { stored: false });
      watch.forget();
      receipts.forget();
      await resume.open(keyOf(id, 'timeline'));
      await outbox.open(keyOf(id, 'outbox'));
      return id;
    });
    return openFor;
  };
  const restore = async (): Promise<OwnUser | undefined> => {
    await auth.restore();
    await openNotes();
    return auth.user;
  };
  let hello: HelloReply | undefined;
  const connection = new Connection({
    base: endpoints.socket,
    openSocket,
    timings,
    auth: {
      fresh: async () => {
        await restore();
        return auth.fresh();
      },
      renew: (token) => auth.renew(token),
      forget: (error) => auth.forget(error),
    },
    greeting: () => ({
      cursors: catchUp.cursors(),
      ...(resume.epoch === undefined ? {} : { epoch: resume.epoch }),
      ...(clientName === undefined ? {} : { client: { name: clientName } }),
    }),
    onUp: (line, reply) => {
      hello = reply;
      line.frameBytes = reply.limits.frameBytes ?? line.frameBytes;
      resume.adoptEpoch(reply.epoch);
      catchUp.start(line);
      outbox.lineUp(line);
    },
    onDown: () => {
      catchUp.stop();
      timeline.lineLost();
      outbox.lineDown();
    },
    onEvent: receiver({
      timeline,
      catchUp,
      emitter,
      takeHello: () => {
        const reply = hello;
        hello = undefined;
        if (reply) catchUpState();
        return reply;
      },
    }),
    onPing: ({ heads }) => {
      if (heads && timeline.isBehind(heads)) catchUp.want();
    },
    onStatus: (change) => void emitter.emit('status', change),
    onProblem,
  });

  const enter = async (tokens: Parameters<Auth['adopt']>[0]): Promise<OwnUser> => {
    if (auth.user && auth.user.id !== tokens.user.id) await connection.close();
    await auth.adopt(tokens);
    await openNotes();
    return tokens.user;
  };

  const request = async <C extends OpContract>(contract: C, data: OpData<C>): Promise<OpReply<C>> => {
    const line = await connection.whenUp(timings.requestTimeoutMs);
    return new Promise((resolve, reject) => {
      line.ask(contract.name, data, timings.requestTimeoutMs, (error, reply) => {
        if (error) reject(error);
        else resolve(reply as OpReply<C>);
      });
    });
  };

  return {
    get user() {
      return auth.user;
    },
    get status() {
      return connection.status;
    },
    api,
    on: (name, handler) => emitter.on(name, handler),

    register: async (account) => enter(await api.call(rest.register, { body: { ...named, ...account } })),
    login: async (account) => enter(await api.call(rest.login, { body: { ...named, ...account } })),
    restore,
    refresh: async () => {
      await auth.refresh();
    },
    logout: async () => {
      await restore();
      // First: a socket that is closed by the server asks for a new token.
      await connection.close();
      try {
        await api.call(rest.logout);
      } catch (error) {
        if (!(error instanceof MessoxError && error.remedy === 'reauthenticate')) throw error;
      } finally {
        await auth.forget();
        resume.forget();
        await outbox.abandon(new MessoxError('logged_out'), { stored: true });
        watch.forget();
        receipts.forget();
        await resume.settled();
        openFor = Promise.resolve(undefined);
      }
    },

    connect: () => connection.connect(),
    close: async () => {
      await connection.close();
      await Promise.all([resume.settled(), outbox.settled()]);
    },

    send: (message) => {
      const clientId = randomUuid();
      const stored = outbox.add({ ...message, clientId });
      // Who does not wait for it hears of it by `sendFailed`.
      stored.catch(() => undefined);
      return { clientId, stored };
    },
    unsent: () => outbox.unsent,
    cancel: (clientId) => outbox.cancel(clientId),

    request,
    edit: (change) => request(ops.messageEdit, change),
    delete: (message) => request(ops.messageDelete, message),
    react: (reaction) => request(ops.reactionAdd, reaction),
    unreact: (reaction) => request(ops.reactionRemove, reaction),
    markRead: async (upTo) => {
      await request(ops.readMark, upTo);
    },
    watchPresence: (userIds) => watch.watch(userIds),
    typing: (channelId) =>
      connection.line?.ask(ops.typingStart.name, { channelId }, timings.requestTimeoutMs, () => undefined),
  };
};
