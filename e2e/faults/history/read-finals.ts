import { createClient } from '@messox/client';
import { type MessageEntry, ops, type TimelineEntry } from '@messox/protocol';
import { WebSocket } from 'ws';
import type { Account } from '../clients/device.ts';
import type { World } from '../clients/people.ts';
import { recorded, type Recorder } from './recorder.ts';

interface Frame {
  readonly event?: string;
  readonly data?: unknown;
  readonly ok?: boolean;
}

/** The whole timeline of one channel, by a catch-up from the beginning. @throws Error when the socket ends before that */
const readTimeline = (url: string, token: string, channelId: number): Promise<TimelineEntry[]> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${ops.socketPath}`, ops.subprotocol);
    const entries: TimelineEntry[] = [];
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`The final catch-up ended with ${code}`)));
    socket.on('open', () =>
      socket.send(JSON.stringify({ id: 1, op: 'hello', data: { token, cursors: { [channelId]: 0 } } })),
    );
    socket.on('message', (data: Buffer) => {
      const { data: told, event, ok } = JSON.parse(data.toString()) as Frame;
      if (ok === false) reject(new Error('The final hello was refused'));
      if (event === 'timeline.entry' && (told as TimelineEntry).channelId === channelId)
        entries.push(told as TimelineEntry);
      if (event !== 'ready') return;
      resolve(entries);
      socket.terminate();
    });
  });

/** Reads every channel to its end, as one who is in there sees it: the timeline by the socket, the snapshot by REST. */
export const readFinals = async (url: string, { witnesses }: World, recorder: Recorder): Promise<void> => {
  const byAccount = new Map<Account, number[]>();
  for (const [channelId, account] of witnesses) byAccount.set(account, [...(byAccount.get(account) ?? []), channelId]);
  for (const [{ password, username }, channelIds] of byAccount) {
    let token = '';
    const client = createClient({ url, onTokens: (tokens) => void (token = tokens?.accessToken ?? token) });
    await client.login({ username, password });
    for (const channelId of channelIds) {
      const entries = await readTimeline(url, token, channelId);
      recorder.addFinal({ type: 'timeline', channelId, entries: entries.map(recorded), by: username });
      const messages: MessageEntry[] = [];
      for await (const message of client.api.messages(channelId, { pageSize: 100 })) messages.push(recorded(message));
      const { head, name } = await client.api.channel(channelId);
      const members = await client.api.members(channelId, { limit: 100 });
      recorder.addFinal({
        type: 'snapshot',
        channelId,
        head,
        messages: messages.reverse(),
        ...(name === undefined ? {} : { name }),
        members: members.map(({ id, role }) => ({ id, role })),
      });
    }
  }
};
