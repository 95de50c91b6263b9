import { setTimeout as delay } from 'node:timers/promises';
import { dnsSeconds } from '../stack/nginx/dns.ts';
import type { Compose } from './compose.ts';
import { listContainers } from './containers.ts';
import { removeContainers } from './remove-containers.ts';
import type { ServerService } from './services.ts';
import { waitHealthy } from './wait-healthy.ts';

/** How long nginx may go on with an answer of Docker's DNS, and a second for the question, in ms. */
const dnsMs = (dnsSeconds + 1) * 1_000;

export interface Replacement {
  readonly service: ServerService;
  /** How many there shall be. */
  readonly count: number;
  /** How long the new ones may take to be healthy, in ms. */
  readonly waitMs: number;
  /** Its abort is heard until the new ones are healthy; what was begun then is finished. */
  readonly signal: AbortSignal;
  /** Told of each step, in the words of one line. */
  readonly tell: (text: string) => void;
}

/**
 * Replaces the containers of a service while the service goes on: as many new ones are started beside the old ones, and
 * when they are healthy and nginx knows them, all old ones are told to stop at the same time. An old one then takes no new
 * connection, answers what is under way and tells each session when to come back, which by then leads to a new one: no
 * session moves twice. It comes back when nginx has forgotten the old ones, whose addresses other containers get. When the new ones do not become healthy they are removed, and the old ones have never stopped.
 *
 * @throws CliError container_unhealthy, not_ready, interrupted; what docker refuses
 */
export const replaceReplicas = async (compose: Compose, replacement: Replacement): Promise<void> => {
  const { count, service, signal, tell, waitMs } = replacement;
  const before = await listContainers(compose.project, service);
  const old = new Set(before.filter(({ state }) => state === 'running').map(({ id }) => id));
  await removeContainers(before.filter(({ id }) => !old.has(id)).map(({ id }) => id));
  tell(`${service}: starting ${count} beside ${old.size}`);
  const fresh = async (): Promise<Set<string>> =>
    new Set((await listContainers(compose.project, service)).map(({ id }) => id).filter((id) => !old.has(id)));
  try {
    const scale = ['--scale', `${service}=${old.size + count}`];
    await compose.run(['up', '--detach', '--no-deps', '--no-build', '--no-recreate', ...scale, service], {
      doing: `start ${service}`,
      signal,
    });
    await waitHealthy(compose, { service, ids: await fresh(), count, waitMs, signal });
  } catch (error) {
    await removeContainers([...(await fresh())]);
    throw error;
  }
  // Nothing leads to a worker.
  const letNginxLearn = (): Promise<void> => (service !== 'worker' && old.size > 0 ? delay(dnsMs) : Promise.resolve());
  await letNginxLearn();
  if (old.size > 0) {
    const healthy = count === 1 ? '1 new one is healthy' : `${count} new ones are healthy`;
    tell(
      `${service}: ${healthy}, ${old.size === 1 ? '1 old one finishes its' : `${old.size} old ones finish their`} work`,
    );
  }
  await removeContainers([...old]);
  await letNginxLearn();
};
