import { readServerState } from '../../project/server-state.ts';
import { localUrl, readMetrics, readReadiness } from '../../server-process/health.ts';

export interface ServerFacts {
  readonly running: boolean;
  readonly ready: boolean;
  readonly pid?: number;
  readonly url?: string;
  readonly version?: string;
  readonly startedAt?: string;
  readonly uptimeMs?: number;
  readonly detached?: boolean;
  /** What `/readyz` says of each part. */
  readonly checks?: Readonly<Record<string, string>>;
  /** Open WebSocket sessions. */
  readonly sessions?: number;
  /** Memory of the server's own process. */
  readonly memoryBytes?: number;
}

export const readServer = async (dir: string): Promise<ServerFacts> => {
  const state = readServerState(dir);
  if (!state) return { running: false, ready: false };
  const [readiness, metrics] = await Promise.all([readReadiness(localUrl(state)), readMetrics(localUrl(state))]);
  const sessions = metrics?.get('messox_sessions');
  const memoryBytes = metrics?.get('process_resident_memory_bytes');
  const { pid, url, version, startedAt, detached } = state;
  return {
    running: true,
    ready: readiness?.isReady === true,
    pid,
    url,
    version,
    startedAt,
    uptimeMs: Date.now() - Date.parse(startedAt),
    detached,
    ...(readiness ? { checks: readiness.checks } : {}),
    ...(sessions === undefined ? {} : { sessions }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
};
