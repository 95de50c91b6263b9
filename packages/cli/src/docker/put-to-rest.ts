import type { Context } from '../framework/context.ts';
import type { Compose } from './compose.ts';
import { type Container, listContainers } from './containers.ts';
import { removeStack } from './stop-stack.ts';

const isRunning = ({ state }: Container): boolean => state === 'running';

/** Stops what did not run before: a stack of which nothing did is stopped as a whole. */
export const putToRest = async (
  context: Pick<Context, 'output'>,
  compose: Compose,
  before: readonly Container[],
): Promise<void> => {
  const ran = new Set(before.filter(isRunning).map(({ service }) => service));
  const started = (await listContainers(compose.project)).filter((one) => isRunning(one) && !ran.has(one.service));
  if (started.length === 0) return;
  if (ran.size === 0) await removeStack(context, compose);
  else
    await compose.run(['stop', ...new Set(started.map(({ service }) => service))], { doing: 'stop what was started' });
};
