import type { Container } from '../../../docker/containers.ts';
import { services, serverServices, type ServerService } from '../../../docker/services.ts';

export interface ReplicaFacts {
  readonly name: string;
  readonly state: string;
  readonly health: string | null;
  readonly startedAt: string;
  readonly restarts: number;
  readonly oomKilled: boolean;
}

export interface ServiceFacts {
  readonly service: string;
  readonly wanted: number;
  readonly healthy: number;
  readonly image: string | null;
  readonly replicas: readonly ReplicaFacts[];
}

const isHealthy = ({ health, state }: Container): boolean => state === 'running' && (health ?? 'healthy') === 'healthy';

const isServer = (service: string): service is ServerService => (serverServices as readonly string[]).includes(service);

/** How many of each are wanted, and how those are that there are. */
export const serviceFacts = (
  containers: readonly Container[],
  replicas: Readonly<Record<ServerService, number>>,
): ServiceFacts[] =>
  services.map((service) => {
    const own = containers.filter((container) => container.service === service);
    return {
      service,
      wanted: isServer(service) ? replicas[service] : 1,
      healthy: own.filter(isHealthy).length,
      image: own[0]?.image ?? null,
      replicas: own.map(({ health, name, oomKilled, restarts, startedAt, state }) => ({
        name,
        state,
        health: health ?? null,
        startedAt,
        restarts,
        oomKilled,
      })),
    };
  });
