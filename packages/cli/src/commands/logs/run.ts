import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Run } from '../../framework/spec.ts';
import { isCompose } from '../../project/is-compose.ts';
import { projectPaths } from '../../project/paths.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import { LogReader } from '../../server-log/log-reader.ts';
import { parseRecord, parseSince } from '../../server-log/record.ts';
import { renderRecord } from '../../server-log/render-record.ts';
import { filter } from './filter.ts';
import type { spec } from './spec.ts';

const defaultLines = 50;

const refuseServices = (): never => {
  throw new CliError('mode_not_compose', 'This server is one process with one log', {
    fixes: ['`messox logs` (without the name of a service)'],
  });
};

export const run: Run<typeof spec> = async (context, { service }, { follow, lines, since: sinceText, level, grep }) => {
  const { flags, output, signal } = context;
  const since = sinceText === undefined ? undefined : parseSince(sinceText);
  readSettingsFile(flags.dir);
  const wanted = filter({ since, level, grep });
  if (isCompose(flags.dir)) {
    const { showServiceLogs } = await import('./compose.ts');
    const isByLevel = level !== undefined;
    return showServiceLogs(context, { services: service, wanted, isByLevel, follow, lines, since, defaultLines });
  }
  if (service.length > 0) refuseServices();
  const pass = (line: string): boolean => wanted(parseRecord(line), line);
  let shown = 0;
  const show = (line: string): void => {
    shown += 1;
    const record = parseRecord(line);
    output.entry(record, (style) => renderRecord(record, style, flags.verbose));
  };
  const log = await LogReader.open(projectPaths(flags.dir).log);
  try {
    if (log.isEmpty && !follow)
      throw new CliError('log_missing', 'There is no log yet: no server has run in this folder', {
        fixes: ['`messox up`'],
      });
    if (lines === undefined && since !== undefined) {
      for await (const line of log.all()) {
        if (signal.aborted) break;
        if (pass(line)) show(line);
      }
    } else for (const line of await log.last(lines ?? defaultLines, pass)) show(line);
    if (shown === 0 && !follow && !signal.aborted) output.say('Nothing in the log is as asked for');
    if (follow) for await (const line of log.follow(signal)) if (pass(line)) show(line);
    return signal.aborted && !follow ? exit.interrupted : exit.done;
  } finally {
    await log.close();
  }
};
