import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { CliError } from '../../../errors/cli-error.ts';
import { exit, type ExitCode } from '../../../errors/exit.ts';
import type { Context } from '../../../framework/context.ts';
import { warnAfterInit } from '../../../doctor/preflight.ts';
import { changesFiles, withoutMerges } from '../../../generated/plan-files.ts';
import { applyRendering, keptWarnings, planRendering, type Rendering } from '../../../generated/render-project.ts';
import { typed } from '../../../output/command-line.ts';
import { table } from '../../../output/table.ts';
import { createFile } from '../../../project/atomic-write.ts';
import { checkSettings } from '../../../project/check-settings.ts';
import { composeTemplate } from '../../../project/compose-template.ts';
import { withLock } from '../../../project/lock.ts';
import { makeFolder } from '../../../project/make-folder.ts';
import { projectPaths } from '../../../project/paths.ts';
import type { Settings } from '../../../project/schema.ts';
import { parseSettings } from '../../../project/settings-file.ts';
import { loadSettings } from '../../../project/settings.ts';
import { listChanges } from '../../config/list-changes.ts';
import { dnsRecords, nextCommands, outsideSteps } from './next-steps.ts';
import { gatherComposeAnswers, type Given } from './questions.ts';

const ignored = ['.env', '.messox/', 'secrets/', 'backups/', 'packages/', '*.new'];

interface Project {
  /** Of `messox.yaml`, where it is to be made. */
  readonly text: string | undefined;
  readonly settings: Settings;
}

/** Throws `invalid_setting` for what an option said. */
const settingsOf = (text: string, path: string): Settings => {
  const { problems, settings } = checkSettings(parseSettings(text, path));
  if (settings) return settings;
  throw new CliError('invalid_setting', 'The options do not make a server', {
    detail: problems.map(({ key, message }) => `${key}: ${message}`).join('\n'),
    fixes: ['`messox init --help` (lists the options)'],
    problems,
  });
};

const openProject = async (context: Context, dir: string, given: Given): Promise<Project> => {
  const path = projectPaths(dir).settings;
  if (!existsSync(path)) {
    const text = composeTemplate(await gatherComposeAnswers(context, dir, given));
    return { text, settings: settingsOf(text, path) };
  }
  if (Object.values(given).some((value) => value !== undefined))
    context.output.warn(
      'messox.yaml exists and is kept, so the options change nothing. What does: `messox config set`',
    );
  const settings = loadSettings(dir);
  if (settings.mode === 'compose') return { text: undefined, settings };
  throw new CliError('invalid_setting', 'There is a server of another mode in this folder', {
    detail: `Its mode is ${settings.mode}, and messox.yaml is never overwritten.`,
    fixes: [
      'Choose an empty folder with --dir.',
      '`messox config set mode compose` (after deploy.domain and deploy.tls)',
    ],
  });
};

const ignoreWarnings = (dir: string): string[] => {
  const { gitignore } = projectPaths(dir);
  if (!existsSync(gitignore)) return [];
  const lines = readFileSync(gitignore, 'utf8').split(/\r?\n/);
  return lines.some((line) => /^\/?secrets\/?$/.test(line.trim()))
    ? []
    : ['.gitignore does not name secrets/; add it, so that they stay out of git'];
};

const report = (
  { env, output }: Context,
  { settings: { deploy } }: Project,
  rendering: Rendering,
  created: boolean,
): void => {
  const { dir, plan, project } = rendering;
  const { domain, tls } = deploy;
  const dns = domain === undefined || tls.mode === 'off' ? [] : dnsRecords(domain);
  const place = { env, dir };
  const outside = outsideSteps(deploy).map((line) => typed(line, place));
  const next = nextCommands(place);
  const files = plan.map(({ action, path }) => ({ path, action }));
  output.result({ created, dir, project, files, dns, next }, (style) => [
    created
      ? `${style.green(style.signs.ok)} Made a messox server in ${dir}; its secrets are in secrets/`
      : `${style.green(style.signs.ok)} There is a messox server in ${dir} already; nothing was changed`,
    ...(dns.length > 0 ? ['', style.bold('In the DNS')] : []),
    ...table(dns.map(({ name, type, value }) => [`  ${name}.`, type, value])),
    ...(outside.length > 0 ? ['', style.bold('Outside of messox'), ...outside.map((line) => `  ${line}`)] : []),
    '',
    style.bold('Next'),
    ...next.map((line) => `  ${line}`),
  ]);
};

/** Makes a server that Docker runs, or brings the files of one up to date. */
export const initCompose = async (context: Context, dir: string, given: Given): Promise<ExitCode> => {
  const { ask, output } = context;
  const project = await openProject(context, dir, given);
  const paths = projectPaths(dir);
  const planned = planRendering(dir, { settings: project.settings });
  const rendering = { ...planned, plan: withoutMerges(planned.plan) };
  const ignores = !existsSync(paths.gitignore);
  const changes = listChanges(rendering);
  const created =
    project.text !== undefined ||
    ignores ||
    changesFiles(rendering.plan) ||
    rendering.own.length + rendering.secrets.length > 0 ||
    rendering.namesProject;
  if (created) {
    output.say(`In ${dir}:`);
    const own = [
      [project.text === undefined ? '  keep' : '  create', 'messox.yaml', 'settings, for you to edit'],
      [ignores ? '  create' : '  keep', '.gitignore', 'keeps secrets out of git'],
    ];
    for (const line of [...table(own), ...changes]) output.say(line);
  }
  for (const warning of [...rendering.warnings, ...keptWarnings(rendering.plan), ...ignoreWarnings(dir)])
    output.warn(warning);
  if (created) {
    await ask.confirmOrCancel({ message: 'Make these files?', default: true });
    makeFolder(dir);
    await withLock(dir, 'init', async () => {
      if (ignores) createFile(paths.gitignore, `${ignored.join('\n')}\n`, { mode: 0o644 });
      applyRendering(rendering);
      // Last, since this is what makes the folder a project.
      if (project.text === undefined) return;
      createFile(paths.settings, project.text, { mode: 0o644 });
      // Containers read it as users of their own, whatever the umask is.
      chmodSync(paths.settings, 0o644);
    });
  }
  if (created) await warnAfterInit(context, dir);
  report(context, project, rendering, created);
  return exit.done;
};
