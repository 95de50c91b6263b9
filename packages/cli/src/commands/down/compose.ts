import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { toldBy } from '../../docker/compose.ts';
import { listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { isServerService, serverServices } from '../../docker/services.ts';
import { notRunning, openStack } from '../../docker/stack.ts';
import { withLock } from '../../project/lock.ts';

/** Stops the processes of the server, which tell their clients when to come back, and then all the others. Data stays. */
export const downCompose = async (context: Context): Promise<ExitCode> => {
  const { flags, output } = context;
  const { compose } = openStack(flags.dir);
  await requireEngine();
  return withLock(flags.dir, 'down', async () => {
    const containers = await listContainers(compose.project);
    if (containers.length === 0) throw notRunning();
    const begin = performance.now();
    const processes = containers.filter(({ service, state }) => isServerService(service) && state === 'running');
    const onLine = toldBy(context);
    if (processes.length > 0) {
      output.say(`${processes.length} processes of the server finish their work`);
      await compose.run(['stop', ...serverServices], { doing: 'stop the server', onLine });
    }
    output.say('Stopping nginx, RabbitMQ and PostgreSQL');
    await compose.run(['down', '--remove-orphans'], { doing: 'stop the rest', onLine });
    const tookMs = Math.round(performance.now() - begin);
    output.result({ stopped: true, containers: containers.length, tookMs }, (style) => [
      `${style.green(style.signs.ok)} Stopped after ${(tookMs / 1_000).toFixed(1)} s; the data is kept`,
    ]);
    return exit.done;
  });
};
