import { preflight } from '../../doctor/preflight.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { buildImage } from '../../docker/build-image.ts';
import { checkConnections, connectionsNow } from '../../docker/connections.ts';
import { toldBy } from '../../docker/compose.ts';
import { listContainers } from '../../docker/containers.ts';
import { migrateStack } from '../../docker/migrate-stack.ts';
import { checkNginx, reloadNginx } from '../../docker/nginx.ts';
import { outdatedServices } from '../../docker/outdated.ts';
import { removeIll } from '../../docker/remove-containers.ts';
import { replaceReplicas } from '../../docker/replace-replicas.ts';
import { serverServices } from '../../docker/services.ts';
import { openStack, type RunningStack } from '../../docker/stack.ts';
import { renderStackFiles } from '../../generated/render-project.ts';
import { waitHealthy } from '../../docker/wait-healthy.ts';
import { commandLine } from '../../output/command-line.ts';
import { table } from '../../output/table.ts';
import { withLock } from '../../project/lock.ts';

interface Work {
  readonly context: Context;
  readonly stack: RunningStack;
  readonly waitMs: number;
}

/** Database and broker first: everything else needs them. */
const startData = async ({ context, stack, waitMs }: Work): Promise<void> => {
  const { compose } = stack;
  const onLine = toldBy(context);
  for (const service of ['postgres', 'rabbitmq'] as const) {
    context.output.say(`Starting ${service}`);
    await compose.run(['up', '--detach', '--no-deps', '--no-build', service], { doing: `start ${service}`, onLine });
  }
  for (const service of ['postgres', 'rabbitmq'] as const)
    await waitHealthy(compose, { service, count: 1, waitMs, signal: context.signal });
};

/** PostgreSQL reads its settings when it starts: one that lets in too few is started anew. */
const ensureConnections = async ({ context, stack, waitMs }: Work, needed: number): Promise<void> => {
  if ((await connectionsNow(stack.dir)) >= needed) return;
  context.output.say('Starting PostgreSQL anew, so that it lets in as many processes');
  await stack.compose.run(['restart', 'postgres'], { doing: 'start PostgreSQL anew', onLine: toldBy(context) });
  await waitHealthy(stack.compose, { service: 'postgres', count: 1, waitMs, signal: context.signal });
};

/** What runs already is replaced while it works, and what does not is started. */
const startServer = async ({ context, stack, waitMs }: Work): Promise<void> => {
  const { compose, settings } = stack;
  const { output, signal } = context;
  const replicas = settings.deploy.replicas;
  const outdated = await outdatedServices(compose, serverServices);
  const running = new Set(
    (await listContainers(compose.project)).filter(({ state }) => state === 'running').map(({ service }) => service),
  );
  const replaced = serverServices.filter((service) => outdated.has(service) && running.has(service));
  for (const service of replaced)
    await replaceReplicas(compose, {
      service,
      count: replicas[service],
      waitMs,
      signal,
      tell: (text) => output.say(text),
    });
  const others = serverServices.filter((service) => !replaced.includes(service));
  if (others.length > 0) {
    output.say(`Starting ${others.map((service) => `${replicas[service]} ${service}`).join(', ')}`);
    const scale = serverServices.flatMap((service) => ['--scale', `${service}=${replicas[service]}`]);
    await compose.run(['up', '--detach', '--no-deps', '--no-build', ...scale, ...others], {
      doing: 'start the server',
      onLine: toldBy(context),
    });
    for (const service of others) await waitHealthy(compose, { service, count: replicas[service], waitMs, signal });
  }
};

const startNginx = async ({ context, stack, waitMs }: Work): Promise<void> => {
  const { compose } = stack;
  const isCurrent = !(await outdatedServices(compose, ['nginx'])).has('nginx');
  context.output.say(isCurrent ? 'nginx goes on' : 'Starting nginx');
  if (isCurrent) await reloadNginx(stack);
  else
    await compose.run(['up', '--detach', '--no-deps', '--no-build', 'nginx'], {
      doing: 'start nginx',
      onLine: toldBy(context),
    });
  await waitHealthy(compose, { service: 'nginx', count: 1, waitMs, signal: context.signal });
};

const report = async ({ context, stack }: Work): Promise<void> => {
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
