import { setTimeout as delay } from 'node:timers/promises';
import type { Compose } from './compose.ts';
import { listContainers } from './containers.ts';
import { parseServiceLine, type ServiceLine } from './logs.ts';

export interface LogReading {
  /** Those whose log is read; all when empty. */
  readonly services: readonly string[];
  readonly signal: AbortSignal;
  readonly onLine: (line: ServiceLine) => void;
}

/** Reads the log of the containers, with these options of `docker compose logs`. */
export const readServiceLogs = async (
  compose: Compose,
  options: readonly string[],
  { onLine, services, signal }: LogReading,
): Promise<void> => {
  await compose.run(['logs', '--timestamps', '--no-color', ...options, ...services], {
    doing: 'read the logs',
    signal,
    keeps: false,
    onLine: (text) => {
      const line = parseServiceLine(text);
      if (line) onLine(line);
    },
  });
};

/** From one look to the next, where the log has ended and the containers go on, in ms. */
const pauseMs = 1_000;

/**
 * Follows the log from a time on, in ISO 8601, until the signal is aborted or nothing of the server runs any more. Compose
 * ends a log when its last container ends, which another one may have taken the place of by then.
 */
export const followServiceLogs = async (compose: Compose, from: string, reading: LogReading): Promise<void> => {
  const { onLine, signal } = reading;
  let last = '';
  /** Asked anew after each wait. */
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const shown = last;
    // Containers write at the same time: what comes later may be a little older.
    const onNewLine = (line: ServiceLine): void => {
      if (line.time <= shown) return;
      if (line.time > last) last = line.time;
      onLine(line);
    };
    const options = ['--follow', '--since', shown === '' ? from : shown];
    await readServiceLogs(compose, options, { ...reading, onLine: onNewLine }).catch((error: unknown) => {
      if (!isOver()) throw error;
    });
    if (isOver() || !(await listContainers(compose.project)).some(({ state }) => state === 'running')) return;
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
};
