import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import type { Run } from '../../framework/spec.ts';
import { commandLine, type Place } from '../../output/command-line.ts';
import { table } from '../../output/table.ts';
import { checkSettings } from '../../project/check-settings.ts';
import { applyPlan, planProject, type Plan } from '../../project/create.ts';
import { isLoopback, listenProblem, settingFix } from '../../project/listen.ts';
import { projectPaths } from '../../project/paths.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import type { Answers } from '../../project/settings-template.ts';
import { askMode, gatherAnswers } from './questions.ts';
import type { spec } from './spec.ts';

const showPlan = ({ output }: Context, { dir, files, warnings }: Plan): void => {
  output.say(`In ${dir}:`);
  for (const line of table(files.map(({ name, action, about }) => [`  ${action}`, name, about]))) output.say(line);
  for (const warning of warnings) output.warn(warning);
};

const checkHost = async (host: string): Promise<void> => {
  const problem = await listenProblem(host, 0);
  if (problem)
    throw new CliError('invalid_setting', `The server cannot listen there: ${problem.why}`, {
      fixes: ['--host 127.0.0.1', '--host 0.0.0.0'],
    });
};

const warnAbout = async ({ output }: Context, { host, port }: Answers): Promise<void> => {
  const problem = await listenProblem(host, port);
  if (problem) output.warn(`${problem.why}: ${settingFix(problem)}`);
  if (!isLoopback(host))
    output.warn('Others can reach the server, and without TLS they can read what is sent. More of it: `messox doctor`');
};

const nextSteps = (place: Place): string[] => [
  commandLine(place, 'up'),
  commandLine(place, 'user', 'create', '--admin', 'NAME'),
];

const report = ({ output, env }: Context, plan: Plan): void => {
  const { dir, changes, files } = plan;
  const next = nextSteps({ env, dir });
  output.result(
    { created: changes, dir, files: files.map(({ name, action }) => ({ name, action })), next },
    (style) => [
      changes
        ? `${style.green(style.signs.ok)} Made a messox server in ${dir}`
        : `${style.green(style.signs.ok)} There is a messox server in ${dir} already; nothing was changed`,
      '',
      style.bold('Next'),
      ...next.map((line) => `  ${line}`),
    ],
  );
};

/** Of the server that the folder has, or is to have, where no option says it; undefined where it has none that can be read. */
const modeOf = ({ ask, flags }: Context, dir: string, isTold: boolean): Promise<string> | string | undefined => {
  if (existsSync(projectPaths(dir).settings)) return checkSettings(readSettingsFile(dir)).settings?.mode;
  return ask.possible && !flags.yes && !isTold ? askMode(ask) : undefined;
};

/** What would do nothing is an error: it says something else than what is made. */
const refuseOptions = (options: Readonly<Record<string, unknown>>, mode: 'embedded' | 'compose'): void => {
  const [name] = Object.keys(options).filter((key) => options[key] !== undefined);
  if (name === undefined) return;
  throw new CliError('invalid_usage', `--${name} is for servers of the mode ${mode}`, {
    fixes: [`Leave --${name} out.`, `Add --mode ${mode}.`],
  });
};

export const run: Run<typeof spec> = async (context, args, options) => {
  const { ask, flags, output } = context;
  const dir = args.dir === undefined ? flags.dir : resolve(args.dir);
  const { host, mode: givenMode, port, ...given } = options;
  // Some options are for one mode alone.
  const isTold = Object.entries(options).some(([name, value]) => value !== undefined && name !== 'registration');
  const mode = givenMode ?? (await modeOf(context, dir, isTold));
  if (mode === 'compose') {
    refuseOptions({ host, port }, 'embedded');
    const { initCompose } = await import('./compose/run.ts');
    return initCompose(context, dir, given);
  }
  const { registration, ...ofCompose } = given;
  refuseOptions(ofCompose, 'compose');
  const plan = planProject(dir);
  const isNew = plan.files.some(({ name, action }) => name === 'messox.yaml' && action === 'create');
  if (!isNew && Object.values({ host, port, registration }).some((value) => value !== undefined))
    output.warn('messox.yaml exists and is kept, so the options change nothing. What does: `messox config set`');
  if (!plan.changes) {
    for (const warning of plan.warnings) output.warn(warning);
    report(context, plan);
    return exit.done;
  }
  if (host !== undefined) await checkHost(host);
  const answers = isNew ? await gatherAnswers(context, { host, port, registration }) : undefined;
  showPlan(context, plan);
  await ask.confirmOrCancel({ message: 'Make these files?', default: true });
  await applyPlan(plan, answers);
  if (answers) await warnAbout(context, answers);
  report(context, plan);
  return exit.done;
};
