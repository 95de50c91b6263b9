import type { Context } from '../../framework/context.ts';
import { readServerState } from '../../project/server-state.ts';
import { localUrl } from '../../server-process/health.ts';

/** Where a server is that nobody told anything else. */
const defaultChatUrl = 'http://127.0.0.1:8080';

/** The server that is meant: the one that is named, the one of the folder, or the default one of this machine. */
export const serverUrl = ({ flags }: Pick<Context, 'flags'>, url: string | undefined): string => {
  if (url !== undefined) return url;
  const state = readServerState(flags.dir);
  return state ? localUrl(state) : defaultChatUrl;
};
