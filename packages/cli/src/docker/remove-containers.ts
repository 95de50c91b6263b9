import type { Compose } from './compose.ts';
import { listContainers } from './containers.ts';
import { runDocker } from './run-docker.ts';
import { isIll } from './wait-healthy.ts';

/** Stops containers, all at the same time and each in its own way, and removes them. Their volumes stay. */
export const removeContainers = async (ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  await runDocker(['stop', ...ids], { doing: 'stop containers' });
  await runDocker(['rm', '--force', ...ids], { doing: 'remove containers' });
};

/** Removes what has failed before, so that it begins anew: what it failed for may have been mended since. */
export const removeIll = async ({ project }: Compose, service?: string): Promise<void> =>
  removeContainers((await listContainers(project, service)).filter(isIll).map(({ id }) => id));
