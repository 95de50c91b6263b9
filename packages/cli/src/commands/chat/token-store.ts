import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { ClientStorage } from '@messox/client';
import { fileStorage } from '@messox/client/file-storage';

/** Of this user and machine: the state folder of the XDG base directories. */
const stateFolder = ({ XDG_STATE_HOME: given = '' }: NodeJS.ProcessEnv): string =>
  // A relative path in it counts as none.
  join(isAbsolute(given) ? given : join(homedir(), '.local', 'state'), 'messox', 'chat');

/**
 * Keeps the tokens of one account on one server, readable for this user alone, so that the password is asked for once.
 * Nothing else is kept: chat starts empty and reads the history.
 */
export const tokenStore = (env: NodeJS.ProcessEnv, url: string, name: string): ClientStorage => {
  const account = `${url}\n${name.normalize('NFKC').toLowerCase()}`;
  const files = fileStorage(join(stateFolder(env), createHash('sha256').update(account).digest('hex').slice(0, 32)));
  const isTokens = (key: string): boolean => key.endsWith(' tokens');
  return {
    get: async (key) => (isTokens(key) ? files.get(key) : undefined),
    set: async (key, value) => {
      if (isTokens(key)) await files.set(key, value);
    },
  };
};
