import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import { refuseExternal } from '../project/refuse-external.ts';
import { loadSecrets } from '../project/secrets.ts';
import { loadSettings } from '../project/settings.ts';
import { runChecks, type CheckOptions } from './run-checks.ts';

/**
 * What `up` looks at before it starts anything: warns of what is doubtful and throws `checks_failed` for what would fail.
 *
 * @throws CliError settings_invalid, mode_external, secrets_missing, secrets_invalid; checks_failed
 */
export const preflight = async ({ output }: Pick<Context, 'output'>, options: CheckOptions): Promise<void> => {
  // What is wrong with them has an error of its own, here as everywhere.
  loadSettings(options.dir);
  refuseExternal(options.dir);
  loadSecrets(options.dir);
  const reports = await runChecks('up', options);
  for (const { status, title, why, fix } of reports)
    if (status === 'warn') output.warn(`${title}: ${why}${fix === undefined ? '' : `\n${fix}`}`);
  const failures = reports.filter(({ status }) => status === 'fail');
  if (failures.length === 0) return;
  throw new CliError('checks_failed', 'The server cannot be started here', {
    detail: failures.map(({ title, why }) => `${title}: ${why}`).join('\n'),
    fixes: failures.flatMap(({ fix }) => (fix === undefined ? [] : [fix])),
    problems: failures,
  });
};
