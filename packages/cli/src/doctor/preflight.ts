import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import { runChecks, type CheckOptions } from './run-checks.ts';

/**
 * What `up` looks at before it starts anything: warns of what is doubtful and throws `checks_failed` for what would fail.
 * Call it where no server runs in the folder.
 */
export const preflight = async ({ output }: Pick<Context, 'output'>, options: CheckOptions): Promise<void> => {
  const reports = await runChecks('up', options);
  for (const { status, title, why, fix } of reports)
    if (status === 'warn') output.warn(`${title}: ${why}${fix === undefined ? '' : `\n        ${fix}`}`);
  const failures = reports.filter(({ status }) => status === 'fail');
  if (failures.length === 0) return;
  throw new CliError('checks_failed', `The server cannot be started here: ${failures[0]?.title ?? ''}`, {
    detail: failures.map(({ title, why }) => `${title}: ${why}`).join('\n'),
    fixes: failures.flatMap(({ fix }) => (fix === undefined ? [] : [fix])),
    problems: failures,
  });
};
