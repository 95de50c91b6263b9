import { preflight } from '../../doctor/preflight.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { buildImage } from '../../docker/build-image.ts';
import { checkConnections } from '../../docker/connections.ts';
import { listContainers } from '../../docker/containers.ts';
import { migrateStack } from '../../docker/migrate-stack.ts';
import { checkNginx } from '../../docker/nginx.ts';
import { removeIll } from '../../docker/remove-containers.ts';
import { serverServices } from '../../docker/services.ts';
import { ensureConnections, startData, startNginx, startServer, type StackWork } from '../../docker/start-stack.ts';
import { openStack } from '../../docker/stack.ts';
import { renderStackFiles } from '../../generated/render-project.ts';
import { commandLine } from '../../output/command-line.ts';
import { table } from '../../output/table.ts';
import { withLock } from '../../project/lock.ts';

const report = async ({ context, stack }: StackWork): Promise<void> => {
  const { compose, settings, url } = stack;
  const containers = await listContainers(compose.project);
  const count = (service: string) => containers.filter((container) => container.service === service).length;
  const replicas = Object.fromEntries(serverServices.map((service) => [service, count(service)]));
  context.output.result({ url, project: compose.project, replicas }, (style) => [
    `${style.green(style.signs.ok)} messox is ready: ${containers.length} containers, all of them healthy`,
    ...table([
      ['  address', url],
      ['  docs', `${url}/api/docs`],
      ['  server', serverServices.map((service) => `${count(service)} ${service}`).join(', ')],
      ['  project', `${compose.project} (in docker compose)`],
    ]),
    ...(settings.deploy.tls.mode === 'proxy'
      ? [`  Your proxy leads there. Its lines: ${commandLine(context.place, 'config', 'print', 'proxy')}`]
      : []),
    '',
    'To make the administrator, to see how it is, what it says, and to stop it:',
    ...[['user', 'create', '--admin', 'NAME'], ['status'], ['logs', '-f'], ['down']].map(
      (words) => `  ${commandLine(context.place, ...words)}`,
    ),
  ]);
};

/** Renders, checks, builds, migrates, starts, and waits until everything is healthy. Run again, it changes what is to be changed. */
export const upCompose = async (context: Context, waitMs: number): Promise<ExitCode> => {
  const { dir } = context.flags;
  const stack = openStack(dir);
  await preflight(context, { dir });
  return withLock(dir, 'up', async () => {
    const work = { context, stack, waitMs };
    const { compose, settings } = stack;
    const { needed } = checkConnections(dir, settings);
    renderStackFiles(context);
    await compose.run(['config', '--quiet'], { doing: 'read compose.yaml' });
    await checkNginx(compose);
    await buildImage(context, compose);
    await removeIll(compose);
    await startData(work);
    await ensureConnections(work, needed);
    context.output.say('Migrating the database');
    await migrateStack(context, compose);
    await startServer(work);
    await startNginx(work);
    await report(work);
    return exit.done;
  });
};
