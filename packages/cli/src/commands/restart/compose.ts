import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { checkNginx, refreshNginx } from '../../docker/nginx.ts';
import { replaceReplicas } from '../../docker/replace-replicas.ts';
import { serverServices } from '../../docker/services.ts';
import { notRunning, openStack } from '../../docker/stack.ts';
import { renderStackFiles } from '../../generated/render-project.ts';
import { withLock } from '../../project/lock.ts';

/** Replaces the processes of the server one kind after the other, while it goes on; nginx reads its files anew. */
export const restartCompose = async (context: Context, waitMs: number): Promise<ExitCode> => {
  const { flags, output, signal } = context;
  const stack = openStack(flags.dir);
  const { compose, settings } = stack;
  await requireEngine();
  return withLock(flags.dir, 'restart', async () => {
    const running = await listContainers(compose.project);
    if (!running.some(({ state }) => state === 'running')) throw notRunning();
    const begin = performance.now();
    renderStackFiles(context);
    await checkNginx(compose);
    const replicas = settings.deploy.replicas;
    for (const service of serverServices)
      await replaceReplicas(compose, {
        service,
        count: replicas[service],
        waitMs,
        signal,
        tell: (text) => output.say(text),
      });
    const isNginxNew = await refreshNginx(context, stack, waitMs);
    const tookMs = Math.round(performance.now() - begin);
    output.result(
      { restarted: [...serverServices], replicas, tookMs },
      (style) =>
        `${style.green(style.signs.ok)} Restarted after ${(tookMs / 1_000).toFixed(0)} s; ${isNginxNew ? 'clients connect anew, to the new certificate' : 'nobody was turned away'}`,
    );
    return exit.done;
  });
};
