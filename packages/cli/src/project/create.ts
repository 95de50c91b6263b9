import { existsSync, readFileSync } from 'node:fs';
import { CliError } from '../errors/cli-error.ts';
import { atomicWrite, createFile } from './atomic-write.ts';
import { fillEnv } from './env-file.ts';
import { withLock } from './lock.ts';
import { makeFolder } from './make-folder.ts';
import { projectPaths } from './paths.ts';
import { missingSecrets, newSecret, readEnvFile, secretNames } from './secrets.ts';
import { defaultAnswers, settingsTemplate, type Answers } from './settings-template.ts';

export interface PlannedFile {
  readonly name: 'messox.yaml' | '.env' | '.gitignore';
  /** `fill`: a secret that is missing or empty is added. */
  readonly action: 'create' | 'fill' | 'keep';
  readonly about: string;
}

/** What making a project would do to a folder. */
export interface Plan {
  readonly dir: string;
  readonly files: readonly PlannedFile[];
  /** Whether anything is to be done. */
  readonly changes: boolean;
  /** Things that stay as they are and perhaps should not. */
  readonly warnings: readonly string[];
}

const ignored = ['.env', '.messox/', 'data/', 'logs/', 'backups/'];

const envHeader = `# Secrets of this messox server. Keep them: a backup of the data is of no use without them.\n`;

const planSecrets = (dir: string): PlannedFile => {
  const { source, values } = readEnvFile(dir);
  const missing = missingSecrets(values);
  const about = 'secrets, readable for you alone';
  if (missing.length === 0) return { name: '.env', action: 'keep', about };
  if (existsSync(projectPaths(dir).postgres))
    throw new CliError('secrets_missing', `The database in this folder has lost its secrets: ${missing.join(', ')}`, {
      detail: 'New ones would not open it, so none are made.',
      fixes: ['Put back the .env of this server from a backup.', 'Choose an empty folder with --dir.'],
    });
  return { name: '.env', action: source === undefined ? 'create' : 'fill', about };
};

const ignoreWarnings = (dir: string): string[] => {
  const { gitignore } = projectPaths(dir);
  if (!existsSync(gitignore)) return [];
  const lines = readFileSync(gitignore, 'utf8').split(/\r?\n/);
  return lines.some((line) => /^\/?\.env\*?$/.test(line.trim()))
    ? []
    : ['.gitignore does not name .env; add it, so that the secrets stay out of git'];
};

/** Looks at the folder and changes nothing. Throws `secrets_missing` where new secrets would lock out the data. */
export const planProject = (dir: string): Plan => {
  const paths = projectPaths(dir);
  const createOrKeep = (path: string) => (existsSync(path) ? 'keep' : 'create');
  const files: PlannedFile[] = [
    { name: 'messox.yaml', action: createOrKeep(paths.settings), about: 'settings, for you to edit' },
    planSecrets(dir),
    { name: '.gitignore', action: createOrKeep(paths.gitignore), about: 'keeps secrets and data out of git' },
  ];
  return { dir, files, changes: files.some(({ action }) => action !== 'keep'), warnings: ignoreWarnings(dir) };
};

const writeSecrets = (dir: string): void => {
  const { source, values } = readEnvFile(dir);
  const missing = Object.fromEntries(missingSecrets(values).map((name) => [name, newSecret()]));
  const { secrets: path } = projectPaths(dir);
  if (source !== undefined) atomicWrite(path, fillEnv(source, missing), { mode: 0o600 });
  else createFile(path, fillEnv(`${envHeader}${secretNames.appApiKey.name}=\n`, missing), { mode: 0o600 });
};

/** Does what the plan says. What was made before an interruption is kept by the next plan. */
export const applyPlan = async ({ dir, files }: Plan, answers: Answers = defaultAnswers()): Promise<void> => {
  const paths = projectPaths(dir);
  const action = (name: PlannedFile['name']) => files.find((file) => file.name === name)?.action;
  makeFolder(dir);
  await withLock(dir, 'init', async () => {
    if (action('.env') !== 'keep') writeSecrets(dir);
    if (action('.gitignore') === 'create') createFile(paths.gitignore, `${ignored.join('\n')}\n`, { mode: 0o644 });
    // Last, since this is what makes the folder a project.
    if (action('messox.yaml') === 'create') createFile(paths.settings, settingsTemplate(answers), { mode: 0o644 });
  });
};
