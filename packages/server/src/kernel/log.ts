import { type Logger, pino, stdTimeFunctions } from 'pino';
import { describeError } from './log-error.ts';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly level: string;
  readonly destination: { write(line: string): void };
}

/**
 * JSON lines `{time, level, msg, …}`. What must never be in them, secrets and message text, is kept out where it
 * arises; the names below are a second fence.
 */
export const createLog = ({ level, destination }: LogOptions): Logger =>
  pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      formatters: { level: (label) => ({ level: label }) },
      redact: [
        '*.password',
        '*.token',
        '*.accessToken',
        '*.refreshToken',
        '*.authorization',
        '*.text',
        'text',
        'password',
        'token',
      ],
    },
    destination,
  );

export const silentLog = (): Logger => pino({ level: 'silent' });
