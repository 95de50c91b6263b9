import { CliError } from '../errors/cli-error.ts';
import { localTime } from '../output/local-time.ts';
import { readServerState } from '../project/server-state.ts';

/** Throws `already_running` when a server runs in the folder. */
export const refuseSecond = (dir: string): void => {
  const state = readServerState(dir);
  if (!state) return;
  throw new CliError('already_running', `A server runs in this folder already (pid ${state.pid})`, {
    detail: `${state.url}, since ${localTime(Date.parse(state.startedAt))}`,
    fixes: ['`messox status`', ...(state.detached ? ['`messox restart`'] : []), '`messox down`'],
  });
};
