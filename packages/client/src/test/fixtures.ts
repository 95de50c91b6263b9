import { onTestFinished } from 'vitest';
import type { Client } from '../client.ts';
import type { ClientEvents } from '../events.ts';
import { createClient } from '../index.ts';
import type { ClientOptions, Timings } from '../options.ts';
import type { ClientStorage } from '../storage.ts';
import { savedTokens } from '../auth/saved-tokens.ts';
import { ScriptedServer } from './scripted-server.ts';

/** So short that a test need not wait, and long enough for a busy machine. */
export const quick: Partial<Timings> = {
  reconnectBaseMs: 5,
  reconnectCapMs: 20,
  retryBaseMs: 5,
  retryCapMs: 20,
  refreshEarlyMs: 0,
};

export const startServer = async (): Promise<ScriptedServer> => {
  const server = await ScriptedServer.start();
  onTestFinished(() => server.stop());
  return server;
};

type Options = Partial<ClientOptions> & { readonly userId?: number };

/** A client that is logged in as this user of the server's world. */
export const makeClient = (server: ScriptedServer, { userId = 1, timings, ...options }: Options = {}): Client => {
  const client = createClient({
    url: server.url,
    ...options,
    tokens: options.tokens ?? savedTokens(server.tokens.issue(userId)),
    timings: { ...quick, ...timings },
  });
  onTestFinished(() => client.close());
  return client;
};

/** The next event of this name (that fits). */
export const next = <K extends keyof ClientEvents>(
  client: Client,
  name: K,
  fits: (data: ClientEvents[K]) => boolean = () => true,
): Promise<ClientEvents[K]> =>
  new Promise((resolve) => {
    const off = client.on(name, (data) => {
      if (!fits(data)) return;
      off();
      resolve(data);
    });
  });

/** All events of this name from now on. */
export const all = <K extends keyof ClientEvents>(client: Client, name: K): ClientEvents[K][] => {
  const seen: ClientEvents[K][] = [];
  client.on(name, (data) => {
    seen.push(data);
  });
  return seen;
};

export const memoryStorage = (
  before?: Map<string, string>,
): ClientStorage & { readonly values: Map<string, string> } => {
  const values = new Map(before);
  return {
    values,
    get: (key) => Promise.resolve(values.get(key)),
    set: async (key, value) => {
      // A turn of the event loop, as a disk takes.
      await new Promise((resolve) => setImmediate(resolve));
      if (value === undefined) values.delete(key);
      else values.set(key, value);
    },
  };
};

/** For what must not happen. */
export const unexpected = (problem: unknown): never => {
  throw problem instanceof Error ? problem : new Error(`Unexpected: ${JSON.stringify(problem)}`);
};
