import { createClient } from '@messox/client';
import type { Account } from '../../faults/clients/device.ts';
import { check } from './check.ts';

/** Every message that these people can read, as they read it. */
export const readEverything = async (url: string, accounts: readonly Account[]): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  for (const { password, username } of accounts) {
    const client = createClient({ url });
    await client.login({ username, password });
    for await (const { id, name } of client.api.allChannels()) {
      const messages = [];
      for await (const message of client.api.messages(id, { pageSize: 100 })) messages.push(message);
      found.set(`${username} in ${id} ${name ?? ''}`, JSON.stringify(messages));
    }
    await client.close();
  }
  return found;
};

/** @throws Error with the name of the first that differs */
export const sameTimelines = (written: ReadonlyMap<string, string>, restored: ReadonlyMap<string, string>): void => {
  check(restored.size === written.size, `${restored.size} timelines instead of ${written.size}`);
  for (const [name, messages] of written) check(restored.get(name) === messages, `${name} is not the same`);
};
