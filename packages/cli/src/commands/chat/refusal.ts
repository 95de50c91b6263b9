import { MessoxError } from '@messox/client';
import { CliError, type CliErrorFacts } from '../../errors/cli-error.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import { command } from '../../output/command-line.ts';
import { durationText } from '../../output/duration.ts';
import { printable } from '../../output/printable.ts';

/** The fields that the server does not take, a line each. */
export const fieldLines = ({ details }: MessoxError): string[] => {
  const fields = Array.isArray(details?.fields) ? (details.fields as { path?: unknown; problem?: unknown }[]) : [];
  return fields.map(({ path, problem }) => printable(`${String(path)}: ${String(problem)}`));
};

/** With whom and where it was talked. */
export interface Talk {
  readonly url: string;
  readonly name: string;
  /** Whether it is the server of the folder that Docker runs. */
  readonly isStack?: boolean;
}

type Told = readonly [code: ErrorCode, message: string, facts: Omit<CliErrorFacts, 'cause'>];

const endedBy = (name: string): string =>
  `The password of ${name} was changed, the account was disabled, or this login was ended from another device.`;

const known: Readonly<Record<string, (talk: Talk, error: MessoxError) => Told>> = {
  unreachable: ({ isStack, url }) => [
    'server_unreachable',
    `No messox server answers at ${url}`,
    {
      fixes: isStack
        ? [
            '`messox up -d` (starts the server of this folder)',
            '`messox doctor network` (where it runs: says whether its name leads here)',
            'Name another server with --url, or its folder with --dir.',
          ]
        : ['`messox up` (starts one)', 'Name the server with --url, or its folder with --dir.'],
    },
  ],
  timed_out: ({ url }, { message }) => [
    'server_unreachable',
    `No messox server answers at ${url}`,
    { detail: printable(message), fixes: ['Try again later.', '`messox status` (where the server is)'] },
  ],
  invalid_answer: ({ url }, { message }) => [
    'server_unreachable',
    `No messox server answers at ${url}`,
    { detail: printable(message), fixes: ['Name the server with --url, or its folder with --dir.'] },
  ],
  invalid_credentials: ({ name, url }) => [
    'invalid_credentials',
    `There is no account ${name} on ${url}, or its password is another one`,
    {
      fixes: [
        `${command('chat', '--as', name, '--register')} (makes the account, if there is none)`,
        `${command('user', 'passwd', name)} (where the server is: gives it another password)`,
      ],
    },
  ],
  registration_closed: ({ name, url }) => [
    'registration_closed',
    `${url} takes no registrations`,
    { fixes: [`${command('user', 'create', name)} (where the server is: makes the account)`] },
  ],
  account_disabled: ({ name, url }) => [
    'account_disabled',
    `The account ${name} is disabled on ${url}`,
    { fixes: [`${command('user', 'enable', name)} (where the server is: lets it in again)`] },
  ],
  rate_limited: ({ url }, { retryAfterMs }) => [
    'request_refused',
    `${url} has had too many attempts from here`,
    { fixes: [retryAfterMs === undefined ? 'Try again later.' : `Try again in ${durationText(retryAfterMs + 999)}.`] },
  ],
};

const loggedOut = ({ name }: Talk): Told => [
  'logged_out',
  'The server has ended the session',
  { detail: endedBy(name), fixes: [`${command('chat', '--as', name)} (logs in again)`] },
];

const others = ({ url }: Talk, error: MessoxError): Told => [
  'request_refused',
  `${url} refused: ${printable(error.message)}`,
  {
    detail: [error.code, ...fieldLines(error)].join('\n'),
    fixes: error.remedy === 'retry' ? ['Try again later.'] : ['`messox chat --help` (says how it is used)'],
  },
];

/** What the client throws as an error of the command line. */
export const asCliError = (error: unknown, talk: Talk): unknown => {
  if (error instanceof TypeError && error.message.startsWith('The url of the server'))
    return new CliError('invalid_usage', error.message.replace(/\.$/, ''), {
      fixes: ['--url http://127.0.0.1:8080'],
      cause: error,
    });
  if (!(error instanceof MessoxError)) return error;
  const isEnded = error.remedy === 'reauthenticate' && error.code !== 'invalid_credentials';
  const tell = isEnded ? loggedOut : (known[error.code] ?? others);
  const [code, message, facts] = tell(talk, error);
  return new CliError(code, message, { ...facts, cause: error });
};
