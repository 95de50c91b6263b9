import { CliError } from '../errors/cli-error.ts';

/** The archive is not what was written. */
export const damaged = (why: string, cause?: unknown): CliError =>
  new CliError('backup_damaged', 'The backup is damaged', {
    detail: why,
    fixes: ['Take another copy of it, or an older backup: `messox backup verify FILE` tells which one is whole.'],
    cause,
  });
