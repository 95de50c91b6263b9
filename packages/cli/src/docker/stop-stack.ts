import type { Context } from '../framework/context.ts';
import { type Compose, toldBy } from './compose.ts';
import { listContainers } from './containers.ts';
import { isServerService, serverServices } from './services.ts';

/**
 * Stops the processes of the server, which tell their clients when to come back, and then all the others. Data stays.
 *
 * @returns how many containers there were
 */
export const removeStack = async (context: Pick<Context, 'output'>, compose: Compose): Promise<number> => {
  const { output } = context;
  const containers = await listContainers(compose.project);
  const processes = containers.filter(({ service, state }) => isServerService(service) && state === 'running');
  const onLine = toldBy(context);
  if (processes.length > 0) {
    output.say(`${processes.length} processes of the server finish their work`);
    await compose.run(['stop', ...serverServices], { doing: 'stop the server', onLine });
  }
  if (containers.length > processes.length) output.say('Stopping nginx, RabbitMQ and PostgreSQL');
  await compose.run(['down', '--remove-orphans'], { doing: 'stop the rest', onLine });
  return containers.length;
};

/** The same, and says so. */
export const stopStack = async (context: Pick<Context, 'output'>, compose: Compose): Promise<void> => {
  const begin = performance.now();
  const containers = await removeStack(context, compose);
  const tookMs = Math.round(performance.now() - begin);
  context.output.result({ stopped: true, containers, tookMs }, (style) => [
    `${style.green(style.signs.ok)} Stopped after ${(tookMs / 1_000).toFixed(1)} s; the data is kept`,
  ]);
};
