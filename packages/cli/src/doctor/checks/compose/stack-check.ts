import type { Container } from '../../../docker/containers.ts';
import type { Check, CheckContext, Finding } from '../../check.ts';
import type { StackFacts } from '../../stack-facts.ts';

interface StackCheck extends Omit<Check, 'modes' | 'skip' | 'run'> {
  readonly skip?: (facts: StackFacts, context: CheckContext) => string | undefined | Promise<string | undefined>;
  readonly run: (facts: StackFacts, context: CheckContext) => Finding | Promise<Finding>;
}

/** A check of a server that Docker runs, with the facts of that. */
export const stackCheck = ({ run, skip, ...check }: StackCheck): Check => ({
  ...check,
  modes: ['compose'],
  skip: (context) => (context.stack ? skip?.(context.stack, context) : 'messox.yaml cannot be read'),
  run: (context) => {
    if (!context.stack) throw new Error(`${check.id} is for servers that Docker runs`);
    return run(context.stack, context);
  },
});

/** What is wrong with Docker is told by its own check. */
export const needsEngine = (facts: StackFacts): Promise<string | undefined> =>
  facts.engine().then(
    () => undefined,
    () => 'Docker does not answer',
  );

export const runningOf = (containers: readonly Container[], services: readonly string[]): Container[] =>
  containers.filter(({ service, state }) => state === 'running' && services.includes(service));

/** Skips while no container of these services runs. */
export const needsRunning =
  (...services: readonly string[]) =>
  async (facts: StackFacts): Promise<string | undefined> => {
    const reason = await needsEngine(facts);
    if (reason !== undefined) return reason;
    if (runningOf(await facts.containers(), services).length > 0) return undefined;
    return services.length === 1 ? `no ${services.join()} runs` : 'the server does not run';
  };
