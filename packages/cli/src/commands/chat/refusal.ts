import { MessoxError } from '@messox/client';
import { CliError } from '../../errors/cli-error.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import { printable } from '../../output/printable.ts';

/** The fields that the server does not take, a line each. */
export const fieldLines = ({ details }: MessoxError): string[] => {
  const fields = Array.isArray(details?.fields) ? (details.fields as { path?: unknown; problem?: unknown }[]) : [];
  return fields.map(({ path, problem }) => printable(`${String(path)}: ${String(problem)}`));
};

interface Told {
  readonly code: ErrorCode;
  readonly message: (url: string) => string;
  readonly fixes: readonly string[];
}

const known: Readonly<Record<string, Told>> = {
  unreachable: {
    code: 'server_unreachable',
    message: (url) => `No messox server answers at ${url}`,
    fixes: ['messox up (starts one)', 'Name the server with --url, or its folder with --dir.'],
  },
  invalid_credentials: {
    code: 'invalid_credentials',
    message: (url) => `There is no such account on ${url}, or its password is another one`,
    fixes: [
      'Add --register to make the account, if there is none.',
      'messox user passwd <name> (gives it another password)',
    ],
  },
  registration_closed: {
    code: 'registration_closed',
    message: (url) => `${url} takes no registrations`,
    fixes: ['messox user create <name> (makes the account, where the server is)'],
  },
  user_not_found: {
    code: 'user_not_found',
    message: (url) => `There is no such account on ${url}`,
    fixes: ['Look at how the name is written.', 'messox user list (where the server is)'],
  },
  logged_out: {
    code: 'logged_out',
    message: () => 'The server has ended the session',
    fixes: ['Run the command again, and log in.'],
  },
};

/** What the client throws as an error of the command line. */
export const asCliError = (error: unknown, url: string): unknown => {
  if (error instanceof TypeError && error.message.startsWith('The url of the server'))
    return new CliError('invalid_usage', error.message.replace(/\.$/, ''), {
      fixes: ['--url http://127.0.0.1:8080'],
      cause: error,
    });
  if (!(error instanceof MessoxError)) return error;
  const isAway = error.code === 'timed_out' || error.code === 'invalid_answer';
  const told = known[isAway ? 'unreachable' : error.code];
  if (told)
    return new CliError(told.code, told.message(url), {
      detail: printable(error.message),
      fixes: told.fixes,
      cause: error,
    });
  return new CliError('request_refused', `${url} refused: ${printable(error.message)}`, {
    detail: [error.code, ...fieldLines(error)].join('\n'),
    fixes: error.remedy === 'retry' ? ['Try again later.'] : ['messox chat --help'],
    cause: error,
  });
};
