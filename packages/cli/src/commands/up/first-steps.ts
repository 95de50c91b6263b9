import { existsSync } from 'node:fs';
import type { Context } from '../../framework/context.ts';
import { command } from '../../output/command-line.ts';
import { projectPaths } from '../../project/paths.ts';
import { loadSettings } from '../../project/settings.ts';
import { localUrl, urlsForOthers } from '../../server-process/health.ts';

interface Listening {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/** Whether no server has run in the folder so far. */
export const isFirstStart = (dir: string): boolean => !existsSync(projectPaths(dir).log);

/** What two people type in two terminals to talk with each other. */
const chatLines = ({ flags }: Context): string[] => {
  const isClosed = loadSettings(flags.dir).modules.accounts?.registration === 'closed';
  return [
    ...(isClosed ? ['ana', 'bruno'].map((name) => command('user', 'create', name)) : []),
    command('chat', '--as', 'ana'),
    command('chat', '--as', 'bruno', '--with', 'ana'),
  ];
};

/** What is printed when the server is ready: where it is, and, the first time, what to type next. */
export const firstSteps = (context: Context, server: Listening, isFirst: boolean): string[] => {
  const places = [
    `  address  ${server.url}`,
    ...urlsForOthers(server).map((url) => `           ${url} (from other machines)`),
    `  docs     ${localUrl(server)}/api/docs`,
    `  data     ${projectPaths(context.flags.dir).data}`,
  ];
  if (!isFirst) return places;
  const lines = chatLines(context);
  return [
    ...places,
    '',
    lines.length === 2
      ? 'To see two people chat, type one of these in each of two other terminals:'
      : 'To see two people chat, make their accounts, and let each have a terminal:',
    ...lines.map((line) => `  ${line}`),
    '',
    'To make ana the administrator, once she is there:',
    `  ${command('user', 'promote', 'ana')}`,
    '',
  ];
};
