import { type Channel, defaultLimits, type MessageEntry, type OpReply, type ops, rest } from '@messox/protocol';
import { randomUuid } from '../uuid.ts';
import type { Call, Input } from './call.ts';

type NewMessage = Omit<Input<typeof rest.sendMessage, 'body'>, 'clientId'> & { readonly clientId?: string };

/** The REST calls by their friendly names; each answers as the contract says and throws MessoxError. */
export const makeApi = (call: Call) => ({
  /** Any route of a contract, also of a module's own. */
  call,

  me: () => call(rest.getMe),
  updateMe: (body: Input<typeof rest.updateMe, 'body'>) => call(rest.updateMe, { body }),
  /** Users whose username or display name begins with `query`. */
  findUsers: async (query: string, limit?: number) =>
    (await call(rest.findUsers, { query: limit === undefined ? { query } : { query, limit } })).users,
  sessions: async () => (await call(rest.listSessions)).sessions,
  endSession: (sessionId: string) => call(rest.endSession, { params: { sessionId } }),

  /** A page of those whom one blocks, the newest first; `next` is the `after` of the page behind it. */
  blocks: (query: Input<typeof rest.listBlocks, 'query'> = {}) => call(rest.listBlocks, { query }),
  /** Hears no more from this user; may be repeated. */
  block: (userId: number) => call(rest.blockUser, { params: { userId } }),
  unblock: (userId: number) => call(rest.unblockUser, { params: { userId } }),

  /** A page of the own channels, newest activity first; `next` is the `after` of the page behind it. */
  channels: (query: Input<typeof rest.listChannels, 'query'> = {}) => call(rest.listChannels, { query }),
  /** All own channels, newest activity first, page by page as they are read. */
  async *allChannels(): AsyncGenerator<Channel, void, undefined> {
    for (let after: string | undefined; ;) {
      const limit = defaultLimits.listPage;
      const page = await call(rest.listChannels, { query: after === undefined ? { limit } : { limit, after } });
      yield* page.channels;
      if (page.next === undefined) return;
      after = page.next;
    }
  },
  channel: (channelId: number) => call(rest.getChannel, { params: { channelId } }),
  /** The channel with this user; it exists once. */
  openDirect: (userId: number) => call(rest.createChannel, { body: { kind: 'direct', userId } }),
  createGroup: (name: string, memberIds: number[] = []) =>
    call(rest.createChannel, { body: { kind: 'group', name, memberIds } }),
  renameGroup: (channelId: number, name: string) => call(rest.updateChannel, { params: { channelId }, body: { name } }),

  /** A page of members by user id; the last id is the `after` of the page behind it. */
  members: async (channelId: number, query: Input<typeof rest.listMembers, 'query'> = {}) =>
    (await call(rest.listMembers, { params: { channelId }, query })).members,
  /** How far the members of a channel have read and received it; the last user id is the `after` of the page behind it. */
  receipts: async (channelId: number, query: Input<typeof rest.listReceipts, 'query'> = {}) =>
    (await call(rest.listReceipts, { params: { channelId }, query })).receipts,
  /** What moved since `at` of an earlier answer: the own marks of all channels, those of the others in direct ones. */
  receiptsSince: (since?: string) => call(rest.findReceipts, { query: since === undefined ? {} : { since } }),
  addMembers: (channelId: number, userIds: number[]) =>
    call(rest.addMembers, { params: { channelId }, body: { userIds } }),
  /** Takes somebody out of a group; with the own user id, leaves it. */
  removeMember: (channelId: number, userId: number) => call(rest.removeMember, { params: { channelId, userId } }),

  /** A page of messages as they now stand, in ascending seq: the newest, those `before` a seq, or those `after` one. */
  history: (channelId: number, query: Input<typeof rest.listMessages, 'query'> = {}) =>
    call(rest.listMessages, { params: { channelId }, query }),
  /** Messages from the newest (or from `before`) back to the first, page by page as they are read. */
  async *messages(
    channelId: number,
    { before, pageSize = 50 }: { readonly before?: number; readonly pageSize?: number } = {},
  ): AsyncGenerator<MessageEntry, void, undefined> {
    for (let end = before; ;) {
      const query = end === undefined ? { limit: pageSize } : { limit: pageSize, before: end };
      const { messages } = await call(rest.listMessages, { params: { channelId }, query });
      yield* messages.toReversed();
      end = messages[0]?.seq;
      if (end === undefined || end === 1 || messages.length < pageSize) return;
    }
  },
  /** Sends without a socket. To repeat a call whose outcome is unknown, give it the same `clientId`. */
  sendMessage: (channelId: number, message: NewMessage): Promise<OpReply<typeof ops.messageSend>> =>
    call(rest.sendMessage, { params: { channelId }, body: { clientId: randomUuid(), ...message } }),
});

export type Api = ReturnType<typeof makeApi>;
