import { readDescription, type StackDescription } from '../docker/describe.ts';
import { type Container, listContainers, listRunning } from '../docker/containers.ts';
import { type EngineInfo, readEngineInfo } from '../docker/engine-info.ts';
import { type EngineFacts, requireEngine } from '../docker/engine.ts';
import { openStack, type RunningStack } from '../docker/stack.ts';
import { type Arrival, tryArrivals } from './arrival/index.ts';
import { lookUpAddresses, type NameAddresses } from './dns.ts';
import { once } from './once.ts';

/** What several checks of a server in containers want to know, each asked for once. What docker refuses is thrown. */
export interface StackFacts {
  readonly stack: RunningStack;
  readonly engine: () => Promise<EngineFacts>;
  readonly info: () => Promise<EngineInfo>;
  /** All of the machine that run, also those of others. */
  readonly running: () => Promise<readonly Container[]>;
  /** All of this server, also those that have ended. */
  readonly containers: () => Promise<readonly Container[]>;
  /** What the files of compose say; undefined where there are none yet. */
  readonly description: () => Promise<StackDescription | undefined>;
  /** What the name servers say of the public name. */
  readonly name: () => Promise<NameAddresses>;
  /** What became of requests to the public name. */
  readonly arrivals: () => Promise<readonly Arrival[]>;
}

/** @throws CliError settings_invalid; mode_not_compose */
export const stackFacts = (dir: string): StackFacts => {
  const stack = openStack(dir);
  const containers = once(() => listContainers(stack.compose.project));
  const name = once(() => lookUpAddresses(stack.settings.deploy.domain ?? 'localhost'));
  return {
    stack,
    engine: once(requireEngine),
    info: once(readEngineInfo),
    running: once(listRunning),
    containers,
    description: once(() => readDescription(stack.compose)),
    name,
    arrivals: once(async () => tryArrivals(stack, await containers(), name)),
  };
};
