import { CliError } from '../errors/cli-error.ts';
import { readServerState } from '../project/server-state.ts';

/** Throws `already_running` when a server runs in the folder. */
export const refuseSecond = (dir: string): void => {
  const state = readServerState(dir);
  if (!state) return;
  throw new CliError('already_running', `A server runs in this folder already (pid ${state.pid})`, {
    detail: `${state.url}, since ${state.startedAt}`,
    fixes: ['messox status', 'messox restart', 'messox down'],
  });
};
