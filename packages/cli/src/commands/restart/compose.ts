import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { applyStaged } from '../../docker/apply-staged.ts';
import { checkConnections } from '../../docker/connections.ts';
import { listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { migrateStack } from '../../docker/migrate-stack.ts';
import { outdatedServices } from '../../docker/outdated.ts';
import { replaceReplicas } from '../../docker/replace-replicas.ts';
import { serverServices } from '../../docker/services.ts';
import { notRunning, openStack } from '../../docker/stack.ts';
import { dataServices, ensureConnections, startData, startNginx, type StackWork } from '../../docker/start-stack.ts';
import { preflight } from '../../doctor/preflight.ts';
import { planUnattended } from '../../generated/render-project.ts';
import { withLock } from '../../project/lock.ts';
import { settleUpgrade } from '../../upgrade/record.ts';
import { cliVersion } from '../../version.ts';

/** Database and broker are replaced only where their files say something else by now: the server waits for them meanwhile. */
const replaceData = async (work: StackWork): Promise<readonly string[]> => {
  const outdated = await outdatedServices(work.stack.compose, dataServices);
  const services = dataServices.filter((service) => outdated.has(service));
  if (services.length > 0) await startData(work, services);
  return services;
};

const outcome = (isNginxNew: boolean, data: readonly string[]): string => {
  if (isNginxNew) return 'clients connect anew, as nginx was started anew';
  return data.length > 0 ? `the server waited for ${data.join(' and ')} meanwhile` : 'nobody was turned away';
};

/**
 * Replaces the processes of the server one kind after the other, while it goes on, and before and after them what else is not
 * as the files say: database and broker, and nginx.
 */
export const restartCompose = async (context: Context, waitMs: number): Promise<ExitCode> => {
  const { flags, output, signal } = context;
  const { dir } = flags;
  const stack = openStack(dir);
  const { compose, settings } = stack;
  await requireEngine();
  const running = await listContainers(compose.project);
  if (!running.some(({ state }) => state === 'running')) throw notRunning();
  await preflight(context, { dir });
  return withLock(dir, 'restart', async () => {
    const begin = performance.now();
    const work = { context, stack, waitMs };
    const { needed } = checkConnections(dir, settings);
    await applyStaged(context, compose, planUnattended(dir));
    const data = await replaceData(work);
    await ensureConnections(work, needed);
    output.say('Migrating the database');
    await migrateStack(context, compose);
    const replicas = settings.deploy.replicas;
    for (const service of serverServices)
      await replaceReplicas(compose, {
        service,
        count: replicas[service],
        waitMs,
        signal,
        tell: (text) => output.say(text),
      });
    const isNginxNew = await startNginx(work);
    settleUpgrade(dir, cliVersion());
    const tookMs = Math.round(performance.now() - begin);
    output.result(
      { restarted: [...serverServices], replicas, tookMs },
      (style) =>
        `${style.green(style.signs.ok)} Restarted after ${(tookMs / 1_000).toFixed(0)} s; ${outcome(isNginxNew, data)}`,
    );
    return exit.done;
  });
};
