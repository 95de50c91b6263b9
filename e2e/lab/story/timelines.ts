import { createClient } from '@messox/client';
import type { Account } from '../../faults/clients/device.ts';

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
