import type { Context } from '../../framework/context.ts';
import { isCompose } from '../../project/is-compose.ts';
import { publicAddress } from '../../project/public-address.ts';
import { readServerState } from '../../project/server-state.ts';
import { localUrl } from '../../server-process/health.ts';

/** Where a server is that nobody told anything else. */
const defaultChatUrl = 'http://127.0.0.1:8080';

/** A server, and whether Docker runs it in the folder. */
export interface ChatServer {
  readonly url: string;
  readonly isStack: boolean;
}

/**
 * The server that is meant: the one that is named, the one of the folder, or the default one of this machine. That of a
 * folder with mode compose is found by its public address: no port of its processes is open.
 */
export const chatServer = ({ flags }: Pick<Context, 'flags'>, url: string | undefined): ChatServer => {
  if (url !== undefined) return { url, isStack: false };
  if (isCompose(flags.dir)) return { url: publicAddress(flags.dir) ?? defaultChatUrl, isStack: true };
  const state = readServerState(flags.dir);
  return { url: state ? localUrl(state) : defaultChatUrl, isStack: false };
};
