import { existsSync, readdirSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import { keepProjectName, lacksProjectName, projectName } from '../project/compose-project.ts';
import { readIfThere } from '../project/read-if-there.ts';
import type { Settings } from '../project/schema.ts';
import {
  fillSecretFiles,
  foreignSecrets,
  missingSecretFiles,
  refuseLostSecrets,
  type SecretFile,
} from '../project/secret-files.ts';
import { loadSettings } from '../project/settings.ts';
import { ownFiles, renderStack } from '../stack/index.ts';
import { memoryBudget, processesOf } from '../stack/memory-budget.ts';
import type { Stack } from '../stack/stack.ts';
import { cliVersion } from '../version.ts';
import { applyGenerated, besidePath } from './apply-plan.ts';
import { type PlannedFile, planFiles, type PlanOptions, withoutMerges } from './plan-files.ts';
import { readFolder } from './read-folder.ts';
import { readManifest } from './manifest.ts';
import { removeStaging } from './stage-rendering.ts';

/** What rendering would do to the folder. */
export interface Rendering {
  readonly dir: string;
  readonly project: string;
  readonly plan: readonly PlannedFile[];
  /** Paths of the admin's own files that are made. */
  readonly own: readonly string[];
  /** Secrets that are made. */
  readonly secrets: readonly SecretFile[];
  /** Whether the name of the project is written into `.env`. */
  readonly namesProject: boolean;
  readonly warnings: readonly string[];
}

const tarballsIn = (dir: string): string[] => {
  const folder = join(dir, 'packages');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^messox-(protocol|server)-[\w.+-]+\.tgz$/.test(name))
    .sort();
};

/** The stack of a folder, on this machine. */
export const stackOf = (dir: string, settings: Settings): Stack => ({
  settings,
  facts: {
    project: projectName(dir, settings),
    version: cliVersion(),
    machineMb: Math.floor(totalmem() / 1024 ** 2),
    tarballs: tarballsIn(dir),
    hasModules: existsSync(join(dir, 'modules')),
    hasNpmrc: existsSync(join(dir, '.npmrc')),
  },
});

const tightWarning = (stack: Stack): string[] =>
  memoryBudget(stack).isTight
    ? [
        `There is little memory for ${processesOf(stack)} processes of the server. Fewer need less: \`messox config set deploy.replicas.api 1\`, and so for gateway. Swap helps, too.`,
      ]
    : [];

/** Of a clone, whose version npm does not have. */
const unreleasedWarning = ({ facts }: Stack): string[] =>
  facts.version === '0.0.0' && facts.tarballs.length === 0
    ? [
        'npm does not have this version of messox: put the tarballs of its packages into packages/, as docs/start/install-vps.md says',
      ]
    : [];

const fileWarnings = ({ action, path }: PlannedFile): string[] => {
  if (action === 'conflict')
    return [
      `${path} was edited where the settings change it, so it was kept; what is generated is in ${besidePath(path)}`,
    ];
  if (action === 'foreign')
    return [`${path} is not of messox, so it was kept; what is generated is in ${besidePath(path)}`];
  if (action === 'removed') return [`${path} was removed, so it stays away: \`messox config render --recreate\``];
  return action === 'abandon' ? [`${path} is generated no more; it was edited, so it was kept`] : [];
};

/** What there is to be told about files that stay as they are. */
export const keptWarnings = (plan: readonly PlannedFile[]): string[] => plan.flatMap(fileWarnings);

/**
 * Looks at the folder, and changes nothing.
 *
 * @throws CliError settings_missing, settings_invalid, nothing_to_render, manifest_invalid, secrets_missing
 */
export const planRendering = (
  dir: string,
  { settings = loadSettings(dir), ...options }: PlanOptions & { readonly settings?: Settings } = {},
): Rendering => {
  const { deploy, mode } = settings;
  if (mode === 'embedded' || (mode === 'external' && deploy.domain === undefined && deploy.tls.mode !== 'off'))
    throw new CliError('nothing_to_render', 'Nothing is generated for this server', {
      detail:
        mode === 'embedded'
          ? 'Its mode is embedded: one process, which needs no files.'
          : 'Its mode is external, and messox.yaml does not say where it is reached.',
      fixes: ['`messox config set deploy.tls.mode off` and `messox config set mode compose`', '`messox help init`'],
    });
  const secrets = missingSecretFiles(dir, mode);
  const manifest = readManifest(dir);
  // Secrets are made before the files: with these, there were some.
  if ('postgres/postgresql.conf' in manifest.files) refuseLostSecrets(dir, secrets);
  const foreign = foreignSecrets(secrets, mode);
  const stack = stackOf(dir, settings);
  const files = renderStack(stack);
  return {
    dir,
    project: stack.facts.project,
    plan: planFiles(files, readFolder(dir, files), options),
    own: ownFiles
      .map(({ path }) => path)
      .filter((path) => !manifest.made.includes(path) && !existsSync(join(dir, path))),
    secrets: secrets.filter((name) => !foreign.includes(name)),
    namesProject: lacksProjectName(dir),
    warnings: [
      ...tightWarning(stack),
      ...unreleasedWarning(stack),
      ...foreign.map((name) => `Write the URL into secrets/${name}, readable for you alone`),
    ],
  };
};

/**
 * A plan is of what the files held when it was made: what somebody has written since is not written over.
 *
 * @throws CliError files_changed
 */
export const refuseEdited = ({ dir, plan }: Pick<Rendering, 'dir' | 'plan'>): void => {
  const edited = plan.filter(({ current, path }) => readIfThere(join(dir, path))?.toString('utf8') !== current);
  if (edited.length === 0) return;
  throw new CliError('files_changed', 'A generated file was edited while the command was at work', {
    detail: `${edited.map(({ path }) => path).join(', ')}: not as it was when the command began.`,
    fixes: ['Type the same command again; it goes by what is there now.'],
  });
};

/**
 * Does what was planned: secrets first, then the files. The caller has the lock of the folder.
 *
 * @throws CliError files_changed, before anything is written
 */
export const applyRendering = (rendering: Rendering): void => {
  const { dir, plan, project, secrets } = rendering;
  refuseEdited(rendering);
  removeStaging(dir);
  keepProjectName(dir, project);
  fillSecretFiles(dir, secrets);
  applyGenerated(dir, { plan, once: ownFiles }, cliVersion());
};

/** The same where nobody is there to look at a merge: what was edited is kept. @throws CliError as `planRendering` */
export const planUnattended = (dir: string): Rendering => {
  const rendering = planRendering(dir);
  return { ...rendering, plan: withoutMerges(rendering.plan) };
};

/** Writes what was planned, and tells what it kept. @throws CliError as `applyRendering` */
export const applyAndWarn = ({ output }: Pick<Context, 'output'>, rendering: Rendering): void => {
  applyRendering(rendering);
  for (const warning of [...rendering.warnings, ...keptWarnings(rendering.plan)]) output.warn(warning);
};

/**
 * For a command that needs the files as they are to be, and has the lock: writes what nobody edited, tells what it kept.
 *
 * @throws CliError as `planRendering` and `applyRendering`
 */
export const renderStackFiles = (context: Pick<Context, 'flags' | 'output'>): void =>
  applyAndWarn(context, planUnattended(context.flags.dir));
