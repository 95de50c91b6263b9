import type { Container } from './containers.ts';

/** What compose.yaml runs. */
export const services = ['nginx', 'api', 'gateway', 'worker', 'postgres', 'rabbitmq'] as const;

/** The processes of the server: there may be several of each, and each can be replaced while the others work. */
export const serverServices = ['api', 'gateway', 'worker'] as const;
export type ServerService = (typeof serverServices)[number];

export const isServerService = (name: string): name is ServerService =>
  (serverServices as readonly string[]).includes(name);

/** Whether it is a process of the server, and runs. */
export const isRunningProcess = ({ service, state }: Pick<Container, 'service' | 'state'>): boolean =>
  isServerService(service) && state === 'running';

/** The services of which a container runs. */
export const runningServices = (containers: readonly Container[]): ReadonlySet<string> =>
  new Set(containers.filter(({ state }) => state === 'running').map(({ service }) => service));
