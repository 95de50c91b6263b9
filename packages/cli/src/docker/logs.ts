import type { LogRecord } from '../server-log/record.ts';
import { parseRecord } from '../server-log/record.ts';
import { accessLevel, foreignLevel, isForeign, withoutOwnTime } from './foreign-level.ts';

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

/** The level of a line that is no record of ours, as far as it says one. */
const levelIn = ({ from, text }: ServiceLine, { status }: LogRecord): LogRecord => {
  if (!isForeign(from)) return {};
  const level = status === undefined ? foreignLevel(from, text) : accessLevel(status);
  return level === undefined ? {} : { level };
};

/** The line as a record, with what wrote it first; one that has no time of its own, as a record has it, gets that of Docker. */
export const recordOf = (line: ServiceLine): LogRecord => {
  const record = parseRecord(withoutOwnTime(line.from, line.text));
  return { time: line.time.replace(/(\.\d{3})\d*Z$/, '$1Z'), from: line.from, ...levelIn(line, record), ...record };
};

/**
 * Whether nothing tells how serious the line is. What our own processes say that is no record is what Node says as it
 * dies, and that is serious.
 */
export const isWithoutLevel = ({ from }: ServiceLine, { level }: LogRecord): boolean =>
  level === undefined && isForeign(from);
