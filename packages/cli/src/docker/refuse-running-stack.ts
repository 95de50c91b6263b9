import { CliError } from '../errors/cli-error.ts';
import type { Compose } from './compose.ts';
import { listContainers } from './containers.ts';
import { isServerService } from './services.ts';

/** States of a container in which nothing of it works. */
const atRest: readonly string[] = ['created', 'exited', 'dead', 'removing'];

/**
 * For what may not be done beside the processes of the server; database, broker and nginx may run.
 *
 * @throws CliError already_running
 */
export const refuseRunningStack = async ({ project }: Compose, why: string): Promise<void> => {
  const running = (await listContainers(project)).filter(
    ({ service, state }) => isServerService(service) && !atRest.includes(state),
  );
  if (running.length === 0) return;
  throw new CliError('already_running', 'The server of this folder is running', {
    detail: `In Docker: ${running.map(({ name }) => name).join(', ')}. ${why}`,
    fixes: ['`messox down`'],
  });
};
