import { createClient } from '@messox/client';
import { exit } from '../../errors/exit.ts';
import type { Run } from '../../framework/spec.ts';
import { converse } from './converse.ts';
import { keepEntries } from './entries.ts';
import { findChannel } from './find-channel.ts';
import { logIn } from './log-in.ts';
import { asCliError } from './refusal.ts';
import { type ChatServer, chatServer } from './server-url.ts';
import type { spec } from './spec.ts';
import { tokenStore } from './token-store.ts';

/** Somebody sits there and waits: a server that is back is found soon, in ms. */
const reconnectCapMs = 5_000;

const connect = (server: ChatServer, env: NodeJS.ProcessEnv, name: string) => {
  const { url } = server;
  try {
    return createClient({
      url,
      clientName: 'messox chat',
      storage: tokenStore(env, url, name),
      timings: { reconnectCapMs },
    });
  } catch (error) {
    throw asCliError(error, { ...server, name });
  }
};

export const run: Run<typeof spec> = async (
  context,
  _,
  { as, channel: id, history, register, url: named, with: other },
) => {
  const { ask, env, output, signal } = context;
  const server = chatServer(context, named);
  await ask.hideTyping();
  const { url } = server;
  const name = as ?? (await ask.text({ message: 'Your username:', flag: '--as <name>' }));
  const client = connect(server, env, name);
  client.on('problem', (error) => output.detail(String(error)));
  signal.addEventListener('abort', () => void client.close());
  try {
    await logIn(context, client, { url, name, registers: register });
    const entries = keepEntries(client);
    await client.connect();
    const channel = await findChannel(context, client, { with: other, channel: id });
    await converse(context, { client, channel, entries, history });
  } catch (error) {
    // What is under way when Ctrl-C comes fails in some way of its own.
    if (!signal.aborted) throw asCliError(error, { ...server, name });
  } finally {
    await client.close();
  }
  // At a terminal Ctrl-C is one way to leave.
  return signal.aborted && !ask.possible ? exit.interrupted : exit.done;
};
