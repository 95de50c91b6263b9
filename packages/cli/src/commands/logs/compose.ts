import { CliError } from '../../errors/cli-error.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { listContainers } from '../../docker/containers.ts';
import { followServiceLogs, type LogReading, readServiceLogs } from '../../docker/follow-logs.ts';
import { isWithoutLevel, recordOf, type ServiceLine } from '../../docker/logs.ts';
import { services } from '../../docker/services.ts';
import { openStack } from '../../docker/stack.ts';
import type { LogRecord } from '../../server-log/record.ts';
import { renderRecord } from '../../server-log/render-record.ts';

export interface ServiceLogs {
  readonly services: readonly string[];
  readonly wanted: (record: LogRecord, line: string) => boolean;
  /** Whether only lines of some level are wanted. */
  readonly isByLevel: boolean;
  readonly follow: boolean;
  readonly lines: number | undefined;
  /** Unix ms. */
  readonly since: number | undefined;
  readonly defaultLines: number;
}

const checkNames = (names: readonly string[]): void => {
  const unknown = names.find((name) => !(services as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new CliError('invalid_usage', `There is no service "${unknown}"`, {
      detail: `There are ${services.join(', ')}.`,
      fixes: ['`messox logs`'],
    });
};

/** The lines of all containers, the last ones in the order of their times, and then each as it comes. */
export const showServiceLogs = async (context: Context, logs: ServiceLogs): Promise<ExitCode> => {
  const { flags, output, signal } = context;
  checkNames(logs.services);
  const { compose } = openStack(flags.dir);
  if ((await listContainers(compose.project)).length === 0)
    throw new CliError('log_missing', 'There is no log: no container of this server exists', {
      fixes: ['`messox up`'],
    });
  let shown = 0;
  const show = (line: ServiceLine): void => {
    shown += 1;
    const record = recordOf(line);
    output.entry(record, (style) => renderRecord(record, style, flags.verbose));
  };
  const reading = (onLine: (line: ServiceLine) => void): LogReading => ({
    services: logs.services,
    signal,
    onLine: (line) => {
      const record = recordOf(line);
      if (logs.isByLevel && isWithoutLevel(line, record)) return;
      if (logs.wanted(record, line.text)) onLine(line);
    },
  });
  const limit = logs.lines ?? (logs.since === undefined ? logs.defaultLines : Infinity);
  const kept = new Map<string, ServiceLine[]>();
  const since = logs.since === undefined ? [] : ['--since', new Date(logs.since).toISOString()];
  const from = new Date().toISOString();
  const keep = (line: ServiceLine): void => {
    const own = kept.get(line.from) ?? [];
    kept.set(line.from, own);
    if (own.push(line) > limit) own.shift();
  };
  await readServiceLogs(compose, since, reading(keep));
  const sorted = [...kept.values()].flat().sort((a, b) => (a.time < b.time ? -1 : 1));
  for (const line of limit === 0 ? [] : sorted.slice(-limit)) show(line);
  if (shown === 0 && !logs.follow && !signal.aborted) output.say('Nothing in the log is as asked for');
  if (!logs.follow) return signal.aborted ? exit.interrupted : exit.done;
  // What was written between the two is in the first.
  const last = sorted.at(-1)?.time ?? '';
  const showNew = (line: ServiceLine): void => {
    if (line.time > last) show(line);
  };
  await followServiceLogs(compose, from, reading(showNew));
  return exit.done;
};
