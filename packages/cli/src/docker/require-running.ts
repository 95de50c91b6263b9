import { listContainers } from './containers.ts';
import { requireEngine } from './engine.ts';
import { isRunningProcess } from './services.ts';
import { notRunning, openStack } from './stack.ts';

/** @throws CliError not_running where no process of the server runs; docker_missing, docker_… */
export const requireRunningStack = async (dir: string): Promise<void> => {
  const { compose } = openStack(dir);
  await requireEngine();
  const containers = await listContainers(compose.project);
  if (!containers.some(isRunningProcess)) throw notRunning();
};
