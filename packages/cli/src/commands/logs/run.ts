import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Run } from '../../framework/spec.ts';
import { plainStyle } from '../../output/style.ts';
import { projectPaths } from '../../project/paths.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import { LogReader } from '../../server-log/log-reader.ts';
import { isAtLeast, parseRecord, parseSince, timeOf, type Level } from '../../server-log/record.ts';
import { renderRecord } from '../../server-log/render-record.ts';
import type { spec } from './spec.ts';

const defaultLines = 50;

interface Wanted {
  readonly since: number | undefined;
  readonly level: Level | undefined;
  readonly grep: string | undefined;
}

/** Whether a line of the log is asked for. */
const filter = ({ since, level, grep }: Wanted): ((line: string) => boolean) => {
  const text = grep?.toLowerCase();
  const holds = (line: string) =>
    text === undefined ||
    line.toLowerCase().includes(text) ||
    renderRecord(parseRecord(line), plainStyle).join('\n').toLowerCase().includes(text);
  return (line) => {
    if (line === '') return false;
    const record = parseRecord(line);
    if (level !== undefined && !isAtLeast(record, level)) return false;
    // A line without a time belongs to the one before it, of which nothing is known here.
    if (since !== undefined && (timeOf(record) ?? since) < since) return false;
    return holds(line);
  };
};

export const run: Run<typeof spec> = async (context, _, { follow, lines, since: sinceText, level, grep }) => {
  const { flags, output, signal } = context;
  const since = sinceText === undefined ? undefined : parseSince(sinceText);
  readSettingsFile(flags.dir);
  const pass = filter({ since, level, grep });
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
