import { plainStyle } from '../../output/style.ts';
import { isAtLeast, type Level, type LogRecord, timeOf } from '../../server-log/record.ts';
import { renderRecord } from '../../server-log/render-record.ts';

export interface Wanted {
  /** Unix ms. */
  readonly since: number | undefined;
  readonly level: Level | undefined;
  readonly grep: string | undefined;
}

/** Whether a line of the log is asked for; `line` is how it stands there. */
export const filter = ({ since, level, grep }: Wanted): ((record: LogRecord, line: string) => boolean) => {
  const text = grep?.toLowerCase();
  const holds = (record: LogRecord, line: string) =>
    text === undefined ||
    line.toLowerCase().includes(text) ||
    renderRecord(record, plainStyle).join('\n').toLowerCase().includes(text);
  return (record, line) => {
    if (line === '') return false;
    if (level !== undefined && !isAtLeast(record, level)) return false;
    // A line without a time belongs to the one before it, of which nothing is known here.
    if (since !== undefined && (timeOf(record) ?? since) < since) return false;
    return holds(record, line);
  };
};
