import { localTime } from '../output/local-time.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import type { LogRecord } from './record.ts';
import { timeOf } from './record.ts';

/** A value of a field is cut after so many characters. */
const valueChars = 200;

const timeText = (record: LogRecord): string => {
  const time = timeOf(record);
  return time === undefined ? '' : localTime(time);
};

const paintLevel = (level: string, style: Style): string => {
  const word = level.padEnd(5);
  if (level === 'error' || level === 'fatal') return style.red(word);
  return level === 'warn' ? style.yellow(word) : style.dim(word);
};

const valueText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > valueChars ? `${text.slice(0, valueChars)}…` : text;
  return typeof value === 'string' && /[\s"=]/.test(short) ? JSON.stringify(short) : short;
};

interface LoggedError {
  readonly message?: unknown;
  readonly stack?: unknown;
}
const errorOf = ({ err }: LogRecord): LoggedError | undefined =>
  typeof err === 'object' && err !== null ? err : undefined;

const isFrame = (line: string): boolean => /^\s+at /.test(line);

/** A line of the log for people; of an error the stack too when `verbose`. */
export const renderRecord = (record: LogRecord, style: Style, verbose = false): string[] => {
  const { time: _time, level, msg, err: _err, ...fields } = record;
  const error = errorOf(record);
  const [reason = '', ...reasons] = typeof error?.message === 'string' ? error.message.split('\n') : [];
  const words = [
    style.dim(timeText(record)),
    typeof level === 'string' ? paintLevel(printable(level), style) : '',
    printable(typeof msg === 'string' ? msg : valueText(msg ?? '')),
    reason === msg ? '' : style.red(printable(reason)),
    ...Object.entries(fields).map(([key, value]) => style.dim(`${printable(key)}=${printable(valueText(value))}`)),
  ];
  const stack = verbose && typeof error?.stack === 'string' ? error.stack.split('\n').filter(isFrame) : [];
  return [
    words.filter((word) => word !== '').join(' '),
    ...reasons.map((line) => style.red(`  ${printable(line)}`)),
    ...stack.map((line) => style.dim(`  ${printable(line)}`)),
  ];
};
