import { CliError } from '../errors/cli-error.ts';

/** One line of the log: `{time, level, msg, …}`. What is no JSON object is a message of its own. */
export type LogRecord = Readonly<Record<string, unknown>>;

export const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof levels)[number];

export const parseRecord = (line: string): LogRecord => {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as LogRecord;
  } catch {
    // Not of the server: somebody wrote into the file.
  }
  return { msg: line };
};

/** Of a line without a level it is not known how serious it is, so it passes. */
export const isAtLeast = (record: LogRecord, level: Level): boolean => {
  const own = levels.indexOf(record.level as Level);
  return own < 0 || own >= levels.indexOf(level);
};

/** When the line was written, in Unix ms; undefined when it does not say. */
export const timeOf = ({ time }: LogRecord): number | undefined => {
  const at = typeof time === 'string' ? Date.parse(time) : NaN;
  return Number.isNaN(at) ? undefined : at;
};

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What `--since` says, in Unix ms: `10m` ago, or a time in ISO 8601 (local without a zone). */
export const parseSince = (text: string, now = Date.now()): number => {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (unitMs[unit] ?? 0);
  const isoShape = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;
  // A date alone would be midnight in UTC.
  const time = isoShape.test(text) ? Date.parse(text.length === 10 ? `${text}T00:00` : text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw new CliError('invalid_usage', `--since cannot be "${text}"`, {
    detail: 'Expected how long ago (90s, 10m, 2h, 3d) or a time (2026-01-31, 2026-01-31T18:30).',
    fixes: ['--since 10m'],
  });
};
