import { checkGroups, type CheckReport } from '../../doctor/check.ts';
import { checkLines } from '../../doctor/render-check.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Run } from '../../framework/spec.ts';
import { type Place, typedIn } from '../../output/command-line.ts';
import type { Style } from '../../output/style.ts';
import { holdSocket } from './hold-socket.ts';
import type { spec } from './spec.ts';

const count = (reports: readonly CheckReport[], status: CheckReport['status']): number =>
  reports.filter((report) => report.status === status).length;

const summary = (reports: readonly CheckReport[], style: Style): string => {
  const [failures, warnings] = [count(reports, 'fail'), count(reports, 'warn')];
  if (failures > 0) return style.red(`${failures} failed, ${warnings} with a warning`);
  return warnings > 0 ? style.yellow(`Nothing failed, ${warnings} with a warning`) : style.green('All is well');
};

const render = (reports: readonly CheckReport[], style: Style, place: Place): string[] => [
  ...checkGroups.flatMap((group) => {
    const own = reports.filter((report) => report.group === group);
    return own.length === 0
      ? []
      : [style.bold(group), ...own.flatMap((report) => checkLines(report, style, place)), ''];
  }),
  summary(reports, style),
];

export const run: Run<typeof spec> = async (context, { group }, { hold, offline, strict }) => {
  const { flags, output, place, signal } = context;
  const reports = await runChecks('doctor', {
    dir: flags.dir,
    groups: group,
    offline,
    signal,
    ...(hold === undefined ? {} : { hold: () => holdSocket(context, hold * 1_000) }),
  });
  if (signal.aborted) throw new CliError('interrupted', 'Interrupted');
  const failed = count(reports, 'fail') + (strict ? count(reports, 'warn') : 0) > 0;
  output.result({ ok: !failed, checks: reports.map((report) => typedIn(report, place)) }, (style) =>
    render(reports, style, place),
  );
  return failed ? exit.preflight : exit.done;
};
