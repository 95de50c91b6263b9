import { createLog, type Logger } from '../kernel/log.ts';

/** A log that a test can read, down to the level debug. */
export const capturedLog = (): { log: Logger; lines: () => Record<string, unknown>[]; text: () => string } => {
  const written: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line) => void written.push(line) } });
  return {
    log,
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => written.join(''),
  };
};
