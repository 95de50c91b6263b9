import { setTimeout as pause } from 'node:timers/promises';
import { MessoxError, type Client } from '@messox/client';
import type { Channel, User } from '@messox/protocol';
import { CliError } from '../../errors/cli-error.ts';
import { printable } from '../../output/printable.ts';
import type { Context } from '../../framework/context.ts';

/** How often it is looked whether somebody has an account by now, in ms. */
const lookMs = 2_000;

const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

const findUser = async (client: Client, name: string): Promise<User | undefined> =>
  (await client.api.findUsers(name, 100)).find(({ username }) => keyOf(username) === keyOf(name));

/** The channel that nobody else is in. */
const ownNotes = async (client: Client): Promise<Channel> => {
  for await (const channel of client.api.allChannels()) if (channel.kind === 'self') return channel;
  throw new CliError('bug', 'This account has no channel for notes');
};

/** The direct channel with `name`, or the notes of who has that name; at a terminal it waits until there is such an account. */
const withUser = async ({ ask, output, signal }: Context, client: Client, name: string): Promise<Channel> => {
  if (keyOf(name) === keyOf(client.user?.username ?? '')) return ownNotes(client);
  for (let isTold = false; ; isTold = true) {
    const user = await findUser(client, name);
    if (user) return client.api.openDirect(user.id);
    if (!ask.possible)
      throw new CliError('user_not_found', `There is no account ${printable(name)}`, {
        fixes: ['Look at how the name is written.', '`messox user list` (where the server is)'],
      });
    if (!isTold) output.say(`${printable(name)} has no account yet. Waiting (Ctrl-C ends it)`);
    await pause(lookMs, undefined, { signal });
  }
};

/** The conversation that was used last, or the first one that somebody opens with us. */
const anyChannel = async ({ ask, output, signal }: Context, client: Client): Promise<Channel> => {
  const added = new Promise<Channel>((resolve, reject) => {
    client.on('channelAdded', ({ channel }) => {
      if (channel.kind !== 'self') resolve(channel);
    });
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
  added.catch(() => undefined);
  for await (const channel of client.api.allChannels()) if (channel.kind !== 'self') return channel;
  if (!ask.possible)
    throw new CliError('input_needed', 'It is not clear whom to talk with', {
      fixes: ['Name somebody with --with, or a channel with --channel.'],
    });
  output.say('Nobody has written yet. Waiting (Ctrl-C ends it)');
  return added;
};

const channelOf = async (client: Client, id: number): Promise<Channel> => {
  try {
    return await client.api.channel(id);
  } catch (error) {
    if (!(error instanceof MessoxError) || error.remedy !== 'fix') throw error;
    throw new CliError('invalid_usage', `${client.user?.username ?? 'This account'} is in no channel ${id}`, {
      fixes: ['Name somebody with --with.'],
      cause: error,
    });
  }
};

export interface Wanted {
  readonly with: string | undefined;
  readonly channel: number | undefined;
}

/** The channel that is asked for. `client` is connected. Throws MessoxError, and AbortError when it is called off. */
export const findChannel = async (context: Context, client: Client, wanted: Wanted): Promise<Channel> => {
  if (wanted.channel !== undefined) return channelOf(client, wanted.channel);
  if (wanted.with !== undefined) return withUser(context, client, wanted.with);
  return anyChannel(context, client);
};
