import type { Client } from '@messox/client';
import type { Channel, TimelineEntry } from '@messox/protocol';
import type { Context } from '../../framework/context.ts';
import { printable } from '../../output/printable.ts';
import type { Entries } from './entries.ts';
import { membersOf } from './members.ts';
import { tellElsewhere, tellStatus, titleOf } from './notices.ts';
import { renderEntry } from './render-entry.ts';
import { pipeScreen, terminalScreen, type Screen } from './screen.ts';

export interface Conversation {
  readonly client: Client;
  readonly channel: Channel;
  readonly entries: Entries;
  /** How many of the last messages are shown first. */
  readonly history: number;
}

const help = '/quit or Ctrl-D leaves, /logout forgets your login, too; anything else is sent';

/** Shows the channel and sends what is typed or piped in, until that ends. Throws MessoxError. */
export const converse = async (
  context: Context,
  { client, channel, entries, history }: Conversation,
): Promise<void> => {
  const { ask, output, signal } = context;
  const isTerminal = ask.possible;
  const members = membersOf(client, channel);
  await members.load();
  const page = await client.api.history(channel.id, { limit: Math.max(1, history) });

  const print = (entry: TimelineEntry): void =>
    output.entry({ ...entry, sender: members.name(entry.senderId) }, (style) =>
      renderEntry(entry, members.name, style),
    );
  output.say(titleOf(channel, client));
  if (isTerminal) output.say(help);
  if (history > 0) for (const message of page.messages) print(message);

  const screen = isTerminal ? terminalScreen(`${printable(client.user?.displayName ?? '')}: `) : pipeScreen();
  const say = (text: string): void => screen.above(() => output.say(text));
  /** What was sent from here, and whom to tell when it comes back as an entry. */
  const mine = new Map<string, () => void>();
  const here = async (entry: TimelineEntry): Promise<void> => {
    if (entry.kind === 'member.joined') await members.load();
    const isBack = entry.kind === 'message' ? mine.get(entry.clientId) : undefined;
    // At a terminal it stands there as it was typed.
    if (!isBack || !isTerminal) screen.above(() => print(entry));
    isBack?.();
  };
  let turn = Promise.resolve();
  entries.open(channel.id, page.head, {
    here: (entry) => {
      turn = turn.then(() => here(entry)).catch((error: unknown) => output.detail(String(error)));
    },
    elsewhere: tellElsewhere(context, client, say),
  });
  const stopTelling = tellStatus(client, say);

  const send = (text: string): Promise<unknown> => {
    const { clientId, stored } = client.send({ channelId: channel.id, text });
    const isBack = new Promise<void>((resolve) => mine.set(clientId, resolve));
    return Promise.all([stored, isBack]);
  };
  const ended = new Promise<void>((resolve, reject) => {
    client.on('loggedOut', reject);
    signal.addEventListener('abort', () => resolve());
  });
  try {
    await Promise.race([ended, isTerminal ? talk(screen, client, send, say) : pipe(screen, send)]);
  } finally {
    stopTelling();
    screen.close();
  }
  const unsent = client.unsent().length;
  if (unsent > 0) output.warn(`Not sent: ${unsent} ${unsent === 1 ? 'message' : 'messages'}`);
};

/** Each line is sent when the one before it is stored, so that the first refusal is the end. */
const pipe = async ({ lines }: Screen, send: (text: string) => Promise<unknown>): Promise<void> => {
  for await (const line of lines) if (line !== '') await send(line);
};

const talk = async (
  { lines }: Screen,
  client: Client,
  send: (text: string) => Promise<unknown>,
  say: (text: string) => void,
): Promise<void> => {
  for await (const line of lines) {
    const text = line.trim();
    if (text === '/quit') return;
    if (text === '/logout') return client.logout();
    if (text === '/help') say(help);
    else if (text !== '')
      send(line).catch((error: unknown) => say(`Not sent: ${printable(error instanceof Error ? error.message : '')}`));
  }
};
