import type { Compose } from './compose.ts';
import type { ServerService } from './services.ts';
import { waitHealthy } from './wait-healthy.ts';

export interface Scaling {
  readonly service: ServerService;
  readonly count: number;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/**
 * Starts or stops containers of a service until there are `count`. One that stops does so as in `replaceReplicas`.
 *
 * @throws CliError container_unhealthy, not_ready, interrupted; what docker refuses
 */
export const scaleService = async (
  compose: Compose,
  { count, onLine, service, signal, waitMs }: Scaling,
): Promise<void> => {
  const scale = ['--scale', `${service}=${count}`];
  await compose.run(['up', '--detach', '--no-deps', '--no-build', '--no-recreate', ...scale, service], {
    doing: `scale ${service}`,
    ...(onLine ? { onLine } : {}),
  });
  await waitHealthy(compose, { service, count, waitMs, signal });
};
