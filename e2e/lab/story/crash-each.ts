import { setTimeout as delay } from 'node:timers/promises';
import { say } from '../say.ts';
import { runningContainers } from './docker.ts';

const patienceMs = 120_000;

/** Resolves when so many containers run and none is ill. */
export const allHealthy = async (project: string, count: number): Promise<void> => {
  const until = Date.now() + patienceMs;
  for (;;) {
    const containers = await runningContainers(project);
    const ill = containers.filter(({ health }) => health !== '' && health !== 'healthy');
    if (containers.length === count && ill.length === 0) return;
    if (Date.now() > until)
      throw new Error(
        `${containers.length} of ${count} containers run; ill: ${ill.map(({ name }) => name).join(', ')}`,
      );
    await delay(500);
  }
};

/** Kills every container, one after the other, as a crash does: its first process is gone at once, and Docker starts it anew. */
export const crashEach = async (project: string): Promise<number> => {
  const containers = await runningContainers(project);
  for (const { name, pid } of containers) {
    say(`kill -9 of ${name}`);
    process.kill(pid, 'SIGKILL');
    // Not before Docker has noticed.
    while ((await runningContainers(project)).some((now) => now.pid === pid)) await delay(100);
    await allHealthy(project, containers.length);
  }
  return containers.length;
};
