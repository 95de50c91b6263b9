import type { Bus } from '../../ports/bus.ts';
import type { Jobs } from '../../ports/jobs.ts';
import { type Sql, within } from '../database/pool.ts';
import type { Metrics } from '../metrics.ts';
import type { Role } from '../roles.ts';
import type { Api } from './api.ts';

export interface HealthOptions {
  readonly api: Api;
  readonly sql: Sql;
  readonly bus: Bus;
  readonly jobs: Pick<Jobs, 'ready'>;
  readonly metrics: Metrics;
  readonly roles: ReadonlySet<Role>;
  readonly draining: () => boolean;
}

const answer = (status: number, body: unknown): Response =>
  Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } });

/**
 * `/healthz`: the process answers. `/readyz`: it can serve: database, bus and, for a worker, jobs can be reached (migrations are current,
 * or it would not have started) and it is not about to stop; it names the roles of the process. `/metrics`: Prometheus's text.
 */
export const serveHealth = ({ api, bus, draining, jobs, metrics, roles, sql }: HealthOptions): void => {
  api.plain('kernel', 'GET', '/healthz', async () => answer(200, { status: 'ok' }));
  api.plain('kernel', 'GET', '/readyz', async () => {
    const database = await within(2_000, sql`select 1`).then(
      () => 'ok',
      () => 'unreachable',
    );
    const reached = (isReady: boolean): string => (isReady ? 'ok' : 'unreachable');
    const checks = {
      database,
      bus: reached(bus.ready()),
      ...(roles.has('worker') ? { jobs: reached(jobs.ready()) } : {}),
      server: draining() ? 'draining' : 'ok',
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    return answer(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', roles: [...roles], checks });
  });
  api.plain('kernel', 'GET', '/metrics', async () => {
    const { registry } = metrics;
    return new Response(await registry.metrics(), { headers: { 'Content-Type': registry.contentType } });
  });
};
