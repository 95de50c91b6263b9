import type { Context } from '../framework/context.ts';
import { refuseInterrupted } from '../framework/interrupt.ts';
import { toldBy } from './compose.ts';
import { connectionsNow } from './connections.ts';
import { listContainers } from './containers.ts';
import { refreshNginx } from './nginx.ts';
import { outdatedServices } from './outdated.ts';
import { replaceReplicas } from './replace-replicas.ts';
import { runningServices, type ServerService, serverServices } from './services.ts';
import type { RunningStack } from './stack.ts';
import { waitHealthy } from './wait-healthy.ts';

export interface StackWork {
  readonly context: Context;
  readonly stack: RunningStack;
  /** How long something that was started may take to be healthy, in ms. */
  readonly waitMs: number;
  /** Told of each service whose processes are all new ones now. */
  readonly onReplaced?: (service: ServerService) => void;
}

/** What keeps the data. */
export const dataServices = ['postgres', 'rabbitmq'] as const;
type DataService = (typeof dataServices)[number];

/** Database and broker first: everything else needs them. */
export const startData = async (
  { context, stack, waitMs }: StackWork,
  services: readonly DataService[] = dataServices,
): Promise<void> => {
  const { compose } = stack;
  const onLine = toldBy(context);
  for (const service of services) {
    context.output.say(`Starting ${service}`);
    await compose.run(['up', '--detach', '--no-deps', '--no-build', service], {
      doing: `start ${service}`,
      onLine,
      signal: context.signal,
    });
  }
  for (const service of services) await waitHealthy(compose, { service, count: 1, waitMs, signal: context.signal });
};

/** PostgreSQL reads its settings when it starts: one that lets in too few is started anew. */
export const ensureConnections = async ({ context, stack, waitMs }: StackWork, needed: number): Promise<void> => {
  if ((await connectionsNow(stack.dir)) >= needed) return;
  context.output.say('Starting PostgreSQL anew, so that it lets in as many processes');
  await stack.compose.run(['restart', 'postgres'], { doing: 'start PostgreSQL anew', onLine: toldBy(context) });
  await waitHealthy(stack.compose, { service: 'postgres', count: 1, waitMs, signal: context.signal });
};

/** What runs already is replaced while it works, and what does not is started. */
export const startServer = async ({ context, onReplaced, stack, waitMs }: StackWork): Promise<void> => {
  const { compose, settings } = stack;
  const { output, signal } = context;
  const replicas = settings.deploy.replicas;
  refuseInterrupted(signal);
  const outdated = await outdatedServices(compose, serverServices);
  const running = runningServices(await listContainers(compose.project));
  const replaced = serverServices.filter((service) => outdated.has(service) && running.has(service));
  for (const service of replaced) {
    await replaceReplicas(compose, {
      service,
      count: replicas[service],
      waitMs,
      signal,
      tell: (text) => output.say(text),
    });
    onReplaced?.(service);
  }
  const others = serverServices.filter((service) => !replaced.includes(service));
  if (others.length > 0) {
    output.say(`Starting ${others.map((service) => `${replicas[service]} ${service}`).join(', ')}`);
    // Compose refuses a number for a service that the call does not name.
    const scale = others.flatMap((service) => ['--scale', `${service}=${replicas[service]}`]);
    await compose.run(['up', '--detach', '--no-deps', '--no-build', ...scale, ...others], {
      doing: 'start the server',
      onLine: toldBy(context),
      signal,
    });
    for (const service of others) await waitHealthy(compose, { service, count: replicas[service], waitMs, signal });
  }
};

/**
 * Lets an nginx run that is as the files say; one that is already reads them anew where that is needed.
 *
 * @returns whether it was started anew, so that all clients connect again
 */
export const startNginx = async ({ context, stack, waitMs }: StackWork): Promise<boolean> => {
  const { compose } = stack;
  const isCurrent = !(await outdatedServices(compose, ['nginx'])).has('nginx');
  let isNew = !isCurrent;
  if (isCurrent) {
    isNew = await refreshNginx(context, stack, waitMs);
    if (!isNew) context.output.say('nginx: runs as it is to be, and stays');
  } else {
    context.output.say('Starting nginx');
    await compose.run(['up', '--detach', '--no-deps', '--no-build', 'nginx'], {
      doing: 'start nginx',
      onLine: toldBy(context),
      signal: context.signal,
    });
  }
  await waitHealthy(compose, { service: 'nginx', count: 1, waitMs, signal: context.signal });
  return isNew;
};
