import type { Context } from '../framework/context.ts';
import { type Compose, toldBy } from './compose.ts';
import { listContainers } from './containers.ts';
import { isRunningProcess, serverServices } from './services.ts';

/**
 * Stops the processes of the server, which tell their clients when to come back, and then all the others. Data stays.
 *
 * @param signal ends it between two steps or in one, with a part stopped
 * @returns how many containers there were
 * @throws CliError interrupted
 */
export const removeStack = async (
  context: Pick<Context, 'output'>,
  compose: Compose,
  signal?: AbortSignal,
): Promise<number> => {
  const { output } = context;
  const containers = await listContainers(compose.project);
  const processes = containers.filter(isRunningProcess);
  const said = { onLine: toldBy(context), ...(signal ? { signal } : {}) };
  if (processes.length > 0) {
    const count = processes.length;
    output.say(
      count === 1 ? '1 process of the server finishes its work' : `${count} processes of the server finish their work`,
    );
    await compose.run(['stop', ...serverServices], { doing: 'stop the server', ...said });
  }
  if (containers.length > processes.length) output.say('Stopping nginx, RabbitMQ and PostgreSQL');
  await compose.run(['down', '--remove-orphans'], { doing: 'stop the rest', ...said });
  return containers.length;
};

/** The same, and says so. */
export const stopStack = async (
  context: Pick<Context, 'output'>,
  compose: Compose,
  signal?: AbortSignal,
): Promise<void> => {
  const begin = performance.now();
  const containers = await removeStack(context, compose, signal);
  const tookMs = Math.round(performance.now() - begin);
  context.output.result({ stopped: true, containers, tookMs }, (style) => [
    `${style.green(style.signs.ok)} Stopped after ${(tookMs / 1_000).toFixed(1)} s; the data is kept`,
  ]);
};
