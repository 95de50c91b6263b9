import type { ErrorCode } from './codes.ts';
import { isErrorCode } from './codes.ts';
import { CliError } from './cli-error.ts';

const systemErrors: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'no_permission',
  EPERM: 'no_permission',
  EROFS: 'read_only',
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  ENOTDIR: 'not_a_folder',
  EISDIR: 'not_a_file',
  ENOENT: 'path_missing',
};

const systemFixes: Readonly<Partial<Record<ErrorCode, string>>> = {
  no_permission: 'Run the command as the owner of the folder, or give the folder to this user with chown.',
  read_only: 'Choose another folder with --dir, or mount the file system writable.',
  path_missing: 'Check the path, and that of --dir.',
  not_a_folder: 'Check the path, and that of --dir.',
  not_a_file: 'Move the folder of that name away.',
  disk_full: 'Free some space (df -h and df -i tell how full the disk is).',
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';

/** A fault or start fault of the server: it has the code and words of its own. */
const isServerFault = (error: unknown): error is Error & { code: string; help?: unknown } =>
  error instanceof Error && (error.name === 'Fault' || error.name === 'StartFault') && 'code' in error;

const isExitPrompt = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError';

/** Whatever was thrown as an error of the table; what is not expected becomes `bug`. */
export const translate = (error: unknown): CliError => {
  if (error instanceof CliError) return error;
  if (isExitPrompt(error)) return new CliError('interrupted', 'Interrupted.');
  if (isServerFault(error) && isErrorCode(error.code))
    return new CliError(error.code, error.message, {
      cause: error,
      ...(typeof error.help === 'string' ? { fixes: [error.help] } : {}),
    });
  if (isSystemError(error)) {
    const code = systemErrors[error.code];
    const fix = code && systemFixes[code];
    if (code)
      return new CliError(code, error.path === undefined ? error.message : `Cannot use ${error.path}`, {
        detail: `${error.syscall ?? 'call'}: ${error.code}`,
        cause: error,
        ...(fix === undefined ? {} : { fixes: [fix] }),
      });
  }
  return new CliError('bug', 'messox met something that it does not expect; this is a bug', {
    detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    fixes: ['Report it with the output of the same command with -v, and that of `messox doctor`'],
    cause: error,
  });
};
