import type { Context } from '../../framework/context.ts';
import { commandLine } from '../../output/command-line.ts';
import { projectPaths } from '../../project/paths.ts';
import { loadSettings } from '../../project/settings.ts';
import { localUrl } from '../../server-process/health.ts';
import { defaultChatUrl } from '../chat/server-url.ts';

interface Listening {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/** What two people type in two terminals to talk with each other. */
const chatLines = (context: Context, server: Listening): string[] => {
  // Where chat looks by itself, the folder need not be named.
  const isDefault = localUrl(server) === defaultChatUrl;
  const chat = (...words: string[]): string =>
    isDefault
      ? commandLine({ ...context, flags: { ...context.flags, dir: process.cwd() } }, 'chat', ...words)
      : commandLine(context, 'chat', ...words);
  const isClosed = loadSettings(context.flags.dir).modules.accounts?.registration === 'closed';
  return [
    ...(isClosed ? ['ana', 'bruno'].map((name) => commandLine(context, 'user', 'create', name)) : []),
    chat('--as', 'ana'),
    chat('--as', 'bruno', '--with', 'ana'),
  ];
};

/** What is printed when the server is ready: where it is, and what to type next. */
export const firstSteps = (context: Context, server: Listening): string[] => {
  const lines = chatLines(context, server);
  return [
    `  address  ${server.url}`,
    `  docs     ${localUrl(server)}/api/docs`,
    `  data     ${projectPaths(context.flags.dir).data}`,
    '',
    lines.length === 2
      ? 'To see two people chat, type one of these in each of two other terminals:'
      : 'To see two people chat, make their accounts, and let each have a terminal:',
    ...lines.map((line) => `  ${line}`),
    '',
    'To make yourself its administrator:',
    `  ${commandLine(context, 'user', 'create', '--admin', 'NAME')}`,
    '',
  ];
};
