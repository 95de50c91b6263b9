import { requireEngine } from '../docker/engine.ts';
import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import { refuseInterrupted } from '../framework/interrupt.ts';
import { refuseExternal } from '../project/refuse-external.ts';
import { loadSecrets } from '../project/secrets.ts';
import { loadSettings } from '../project/settings.ts';
import type { CheckReport } from './check.ts';
import { type CheckOptions, runChecks } from './run-checks.ts';

type Work = 'up' | 'upgrade';

const refusals: Readonly<Record<Work, string>> = {
  up: 'The server cannot be started here',
  upgrade: 'The server cannot be upgraded here',
};

const warnOf = (output: Context['output'], { fix, title, why }: CheckReport): void =>
  output.warn(`${title}: ${why}${fix === undefined ? '' : `\n${fix}`}`);

/** What `init` looks at when it has made a project: nothing of it keeps that from being there, so all of it is a warning. */
export const warnAfterInit = async ({ output }: Pick<Context, 'output'>, dir: string): Promise<void> => {
  const reports = await runChecks('init', { dir });
  for (const report of reports) if (report.status === 'warn' || report.status === 'fail') warnOf(output, report);
};

export interface PreflightOptions extends Pick<CheckOptions, 'dir' | 'given'> {
  /** What is about to be done; `up` when not given. */
  readonly occasion?: Work;
}

/**
 * What a command looks at before it changes anything: warns of what is doubtful and throws `checks_failed` for what would fail.
 *
 * @throws CliError settings_missing, settings_invalid, mode_external, secrets_missing, secrets_invalid, docker_missing, docker_…;
 * checks_failed; interrupted
 */
export const preflight = async (
  { output, signal }: Pick<Context, 'output' | 'signal'>,
  { occasion = 'up', ...options }: PreflightOptions,
): Promise<void> => {
  // What is wrong with them has an error of its own, here as everywhere.
  const { mode } = loadSettings(options.dir);
  refuseExternal(options.dir);
  if (mode === 'compose') await requireEngine();
  else loadSecrets(options.dir);
  const reports = await runChecks(occasion, { ...options, signal });
  refuseInterrupted(signal);
  for (const report of reports) if (report.status === 'warn') warnOf(output, report);
  const failures = reports.filter(({ status }) => status === 'fail');
  if (failures.length === 0) return;
  throw new CliError('checks_failed', refusals[occasion], {
    detail: failures.map(({ title, why }) => `${title}: ${why}`).join('\n'),
    fixes: failures.flatMap(({ fix }) => (fix === undefined ? [] : [fix])),
    problems: failures,
  });
};
