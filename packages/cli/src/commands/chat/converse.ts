import { MessoxError, type Client } from '@messox/client';
import type { Channel, TimelineEntry } from '@messox/protocol';
import type { Context } from '../../framework/context.ts';
import { printable } from '../../output/printable.ts';
import type { Entries } from './entries.ts';
import { membersOf } from './members.ts';
import { tellElsewhere, tellStatus, titleOf, type StatusNotices } from './notices.ts';
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
    elsewhere: tellElsewhere(client, say),
  });
  const notices = tellStatus(client, say);

  const send = (text: string): Promise<unknown> => {
    const { clientId, stored } = client.send({ channelId: channel.id, text });
    const isBack = new Promise<void>((resolve) => mine.set(clientId, resolve));
    return Promise.all([stored, isBack]);
  };
  const ended = new Promise<void>((resolve, reject) => {
    client.on('loggedOut', reject);
    signal.addEventListener('abort', () => resolve());
  });
  let how: unknown;
  try {
    how = await Promise.race([ended, isTerminal ? talk({ screen, notices, send, say }) : pipe(screen, send)]);
  } finally {
    notices.stop();
    screen.close();
  }
  const unsent = client.unsent().length;
  if (unsent > 0) output.warn(`Not sent: ${unsent} ${unsent === 1 ? 'message' : 'messages'}`);
  if (how === 'logout') await logOut(context, client);
};

/** The login is forgotten here in any case. */
const logOut = async ({ output }: Context, client: Client): Promise<void> => {
  try {
    await client.logout();
    output.ok('Logged out; the next time the password is asked for');
  } catch (error) {
    if (!(error instanceof MessoxError) || error.remedy !== 'retry') throw error;
    output.warn('Your login is forgotten here, but the server could not be told that it has ended');
  }
};

/** Each line is sent when the one before it is stored, so that the first refusal is the end. */
const pipe = async ({ lines }: Screen, send: (text: string) => Promise<unknown>): Promise<void> => {
  for await (const line of lines) if (line !== '') await send(line);
};

interface Talk {
  readonly screen: Screen;
  readonly notices: StatusNotices;
  readonly send: (text: string) => Promise<unknown>;
  readonly say: (text: string) => void;
}

const talk = async ({ screen, notices, send, say }: Talk): Promise<'logout' | undefined> => {
  for await (const line of screen.lines) {
    const text = line.trim();
    if (text === '/quit') return undefined;
    if (text === '/logout') return 'logout';
    notices.hurry();
    if (text === '/help') say(help);
    else if (text !== '')
      send(line).catch((error: unknown) => say(`Not sent: ${printable(error instanceof Error ? error.message : '')}`));
  }
  return undefined;
};
