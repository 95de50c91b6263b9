import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../errors/cli-error.ts';
import { refuseInterrupted } from '../framework/interrupt.ts';
import type { Compose } from './compose.ts';
import { type Container, listContainers } from './containers.ts';
import { runDocker } from './run-docker.ts';

/** From one look to the next, in ms. */
const pauseMs = 500;

/** How often a container may start anew before it is given up. */
const mostRestarts = 3;
const logLines = 30;

const isWell = ({ health, state }: Container): boolean => state === 'running' && (health ?? 'healthy') === 'healthy';

/** Whether it has failed and will not become well by itself, as far as can be told. */
export const isIll = ({ health, restarts, state }: Container): boolean =>
  state === 'exited' ||
  state === 'dead' ||
  health === 'unhealthy' ||
  (restarts >= mostRestarts && health !== 'healthy');

const lastLog = async ({ id }: Container): Promise<string> => {
  const lines: string[] = [];
  const doing = 'read the log of a container';
  await runDocker(['logs', '--tail', String(logLines), id], { doing, onLine: (line) => lines.push(line) }).catch(
    () => undefined,
  );
  return lines.map((line) => `  ${line}`).join('\n');
};

const how = ({ exitCode, health, oomKilled, restarts, state }: Container): string => {
  if (oomKilled) return 'was ended by the kernel for want of memory';
  if (state === 'exited' || state === 'dead') return `ended with exit code ${exitCode}`;
  if (state === 'restarting' || restarts >= mostRestarts) return `ends again and again, with exit code ${exitCode}`;
  return health === 'unhealthy' ? 'is not healthy' : 'is not healthy yet';
};

/** Names the container, how it is, what its health check said and the last lines of its log. */
const unhealthy = async (container: Container, isLate: boolean): Promise<CliError> => {
  const { healthOutput, name, oomKilled, service } = container;
  return new CliError(isLate ? 'not_ready' : 'container_unhealthy', `${name} ${how(container)}`, {
    detail: [
      ...(healthOutput === undefined || healthOutput === ''
        ? []
        : [`Its health check says: ${healthOutput.slice(0, 500)}`]),
      'Its last lines:',
      await lastLog(container),
    ].join('\n'),
    fixes: [
      ...(oomKilled
        ? ['Give the machine more memory or swap, or start fewer processes: `messox scale api=1 gateway=1`']
        : []),
      `\`messox logs ${service} -n 200\` (shows more of its log)`,
      ...(isLate ? ['`messox up --wait-timeout 300` (waits longer)'] : ['`messox up` (tries again)']),
    ],
  });
};

export interface Wanted {
  /** Whom to wait for; all containers of the service when not given. */
  readonly ids?: ReadonlySet<string>;
  readonly service?: string;
  /** At least so many are waited for. */
  readonly count: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  /** Called when the number of those that are well has changed. */
  readonly onChange?: (well: number) => void;
}

/**
 * Resolves when the containers are running and healthy.
 *
 * @throws CliError container_unhealthy as soon as one has failed, not_ready when it takes too long, interrupted
 */
export const waitHealthy = async ({ project }: Compose, wanted: Wanted): Promise<Container[]> => {
  const until = Date.now() + wanted.waitMs;
  let told = -1;
  for (;;) {
    refuseInterrupted(wanted.signal);
    const all = await listContainers(project, wanted.service);
    const containers = wanted.ids ? all.filter(({ id }) => wanted.ids?.has(id)) : all;
    const well = containers.filter(isWell).length;
    if (well !== told) wanted.onChange?.((told = well));
    if (well >= wanted.count && well === containers.length) return containers;
    const failed = containers.find(isIll);
    if (failed) throw await unhealthy(failed, false);
    const ill = containers.find((container) => !isWell(container));
    if (Date.now() > until)
      throw ill
        ? await unhealthy(ill, true)
        : new CliError('not_ready', `${wanted.service ?? 'The stack'} has fewer containers than it should`, {
            fixes: ['`messox up`'],
          });
    await delay(pauseMs, undefined, wanted.signal ? { signal: wanted.signal } : {}).catch(() => undefined);
  }
};
