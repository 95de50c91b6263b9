import type { Client } from '@messox/client';
import { type Channel, defaultLimits } from '@messox/protocol';

/** What the members of a channel are called, by user id. */
export interface Members {
  readonly name: (userId: number) => string;
  /** Asks again, after somebody came in. */
  readonly load: () => Promise<void>;
}

export const membersOf = (client: Client, channel: Channel): Members => {
  const names = new Map<number, string>();
  const page = defaultLimits.listPage;
  const load = async (): Promise<void> => {
    for (let after = 0, isMore = true; isMore;) {
      const members = await client.api.members(channel.id, { after, limit: page });
      for (const { id, displayName, username } of members) names.set(id, displayName || username);
      after = members.at(-1)?.id ?? after;
      isMore = members.length === page;
    }
  };
  return { load, name: (userId) => names.get(userId) ?? `user ${userId}` };
};
