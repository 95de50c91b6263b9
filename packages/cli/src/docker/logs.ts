import type { LogRecord } from '../server-log/record.ts';
import { parseRecord } from '../server-log/record.ts';

/** A line of the log of one container. */
export interface ServiceLine {
  /** The container: `api-2`. */
  readonly from: string;
  /** When it was written, in RFC 3339 with nanoseconds: sorts as text. */
  readonly time: string;
  readonly text: string;
}

const shape = /^(\S+)\s+\| (\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/;

/** What `docker compose logs --timestamps --no-color` prints; undefined for what is none, such as a note of compose itself. */
export const parseServiceLine = (line: string): ServiceLine | undefined => {
  const [, from, time, text] = shape.exec(line) ?? [];
  return from === undefined || time === undefined || text === undefined ? undefined : { from, time, text };
};

/** The line as a record, with what wrote it first; one that has no time of its own gets that of Docker. */
export const recordOf = ({ from, text, time }: ServiceLine): LogRecord => {
  const record = parseRecord(text);
  return { time: time.replace(/(\.\d{3})\d*Z$/, '$1Z'), from, ...record };
};
