import { Fault } from '@messox/server';
import { CliError } from '../../errors/cli-error.ts';
import { command } from '../../output/command-line.ts';

interface Field {
  readonly path?: unknown;
  readonly problem?: unknown;
}

const fieldLines = ({ details }: Fault): string => {
  const fields = (details?.fields ?? []) as readonly Field[];
  return fields.map(({ path, problem }) => `${String(path)}: ${String(problem)}`).join('\n');
};

/** Throws what the server says of the account `name` as an error of the command line. */
export const asCliError =
  (name: string) =>
  (error: unknown): never => {
    if (!(error instanceof Fault)) throw error;
    const reason = error.details?.reason;
    if (error.code === 'username_taken')
      throw new CliError('username_taken', `There is an account ${name} already`, {
        fixes: [
          `${command('user', 'promote', name)} (makes it an administrator)`,
          `${command('user', 'passwd', name)} (gives it another password)`,
        ],
        cause: error,
      });
    if (error.code === 'user_not_found')
      throw new CliError('user_not_found', `There is no account ${name}`, {
        fixes: [command('user', 'list'), `${command('user', 'create', name)} (makes it)`],
        cause: error,
      });
    if (error.code === 'username_confusable')
      throw new CliError('username_confusable', `The name ${name} could be taken for another one`, {
        detail: typeof reason === 'string' ? reason : 'It looks like that of another account.',
        fixes: ['Choose a name in letters of one script, unlike those that exist: `messox user list`'],
        cause: error,
      });
    if (error.code === 'invalid_request')
      throw new CliError('invalid_account', 'The account cannot be made so', {
        detail: fieldLines(error),
        fixes: ['Change what is named.'],
        cause: error,
      });
    throw error;
  };
