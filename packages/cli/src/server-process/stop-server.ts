import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../errors/cli-error.ts';
import type { Output } from '../output/output.ts';
import { processIdentity } from '../project/process-identity.ts';
import type { ServerState } from '../project/server-state.ts';
import { countSessions, localUrl } from './health.ts';

const pollMs = 50;
/** How often a person who waits hears that it goes on, in ms. */
const progressMs = 5_000;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const signalServer = ({ pid }: ServerState): void => {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // It has just ended by itself.
    if (code === 'ESRCH') return;
    throw new CliError('no_permission', `The server belongs to another user (pid ${pid})`, {
      detail: `kill: ${code ?? 'unknown'}`,
      fixes: ['Run the command as the user who started the server, or with sudo.'],
      cause,
    });
  }
};

const describe = ({ pid }: ServerState, sessions: number | undefined): string => {
  const closing = !sessions ? '' : `, closing ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`;
  return `Stopping the server (pid ${pid})${closing}`;
};

/**
 * Asks the server to stop and waits until its process has ended.
 *
 * @returns how long it took, in ms
 * @throws CliError not_stopped, no_permission
 */
export const stopServer = async (
  output: Output,
  state: ServerState,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<number> => {
  const { pid, identity } = state;
  output.say(describe(state, await countSessions(localUrl(state))));
  const startedAt = performance.now();
  let toldAt = startedAt;
  signalServer(state);
  while (processIdentity(pid) === identity) {
    if (signal?.aborted === true)
      throw new CliError('interrupted', `Interrupted; the server goes on stopping (pid ${pid})`, {
        fixes: ['`messox status`'],
      });
    const now = performance.now();
    if (now - startedAt > timeoutMs)
      throw new CliError('not_stopped', `The server did not stop within ${seconds(timeoutMs)} (pid ${pid})`, {
        detail: 'It goes on stopping. What it acknowledged is safe, also when it is ended by force.',
        fixes: [`kill ${pid} (a second signal ends it at once)`, `kill -9 ${pid} (when even that does not)`],
      });
    if (now - toldAt > progressMs) {
      output.say(`Still stopping (${seconds(now - startedAt)})`);
      toldAt = now;
    }
    await pause(pollMs);
  }
  return performance.now() - startedAt;
};
