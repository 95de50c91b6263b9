import type { Context } from '../framework/context.ts';
import type { Compose } from './compose.ts';
import { type Container, listContainers } from './containers.ts';
import { runningServices } from './services.ts';
import { dataServices, startData, type StackWork } from './start-stack.ts';
import { removeStack } from './stop-stack.ts';

const isRunning = ({ state }: Container): boolean => state === 'running';

/** Stops what did not run before: a stack of which nothing did is stopped as a whole. */
export const putToRest = async (
  context: Pick<Context, 'output'>,
  compose: Compose,
  before: readonly Container[],
): Promise<void> => {
  const ran = runningServices(before);
  const started = (await listContainers(compose.project)).filter((one) => isRunning(one) && !ran.has(one.service));
  if (started.length === 0) return;
  if (ran.size === 0) await removeStack(context, compose);
  else
    await compose.run(['stop', ...new Set(started.map(({ service }) => service))], { doing: 'stop what was started' });
};

/** Lets database and broker run by the files that are there again, as far as they ran before. */
export const putDataBack = (work: StackWork, before: readonly Container[]): Promise<void> => {
  const ran = runningServices(before);
  return startData(
    work,
    dataServices.filter((service) => ran.has(service)),
  );
};
