import { mkdirSync } from 'node:fs';
import { atomicWrite, createFile } from '../../project/atomic-write.ts';
import type { VerifiedArchive } from '../../archive/verify-archive.ts';
import type { Context } from '../../framework/context.ts';
import { planProject } from '../../project/create.ts';
import { withValue } from '../../project/edit-settings.ts';
import { fillEnv } from '../../project/env-file.ts';
import { projectPaths } from '../../project/paths.ts';
import { missingSecrets, newSecret, readEnvFile, secretNames } from '../../project/secrets.ts';
import { defaultAnswers, settingsTemplate } from '../../project/settings-template.ts';
import { parseSettings, readSettingsFile, type SettingsFile } from '../../project/settings-file.ts';
import { loadSettings } from '../../project/settings.ts';
import { isProject } from '../../project/usual-dir.ts';

type Place = Pick<Context, 'env' | 'flags' | 'output'>;

/** The folder's part of a restore: what is in it already stays. */
export interface ProjectPlan {
  readonly mode: string;
  /** What is to become `messox.yaml`; undefined where there is one. */
  readonly settings: string | undefined;
}

/** What holds here rather than in the archive. */
const modeHere = ({ DATABASE_URL, MESSOX_DATABASE_URL, MESSOX_DATABASE_URL_FILE }: NodeJS.ProcessEnv): string =>
  MESSOX_DATABASE_URL || MESSOX_DATABASE_URL_FILE || DATABASE_URL ? 'external' : 'embedded';

/** What is set, by its key: `server.port`. */
const valuesIn = (value: unknown, key = ''): [key: string, json: string][] =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, inner]) => valuesIn(inner, key === '' ? name : `${key}.${name}`))
    : [[key, JSON.stringify(value)]];

/** Tells of settings in the archive that are not those of the folder, by name alone: a module may have secrets among its own. */
const compare = ({ output }: Place, archived: SettingsFile | undefined, here: SettingsFile): void => {
  if (archived === undefined) return;
  const [then, now] = [archived, here].map(({ document }) => new Map(valuesIn(document.toJS())));
  if (!then || !now) return;
  const keys = new Set([...then.keys(), ...now.keys()]);
  const others = [...keys].filter((key) => key !== '' && then.get(key) !== now.get(key));
  if (others.length > 0)
    output.warn(
      `The settings of this folder stay. In the backup, these are others: ${others.join(', ')} (tar -xOzf FILE messox.yaml shows them)`,
    );
};

/** Looks at the folder and changes nothing. */
export const planRestored = (place: Place, { manifest, settings }: VerifiedArchive): ProjectPlan => {
  const { env, flags, output } = place;
  const { dir } = flags;
  if (isProject(dir)) {
    const file = readSettingsFile(dir);
    compare(place, settings === undefined ? undefined : parseSettings(settings, file.path), file);
    return { mode: loadSettings(dir).mode, settings: undefined };
  }
  const mode = modeHere(env);
  const { settings: path } = projectPaths(dir);
  const archived = parseSettings(settings ?? settingsTemplate(defaultAnswers()), path);
  if (mode !== manifest.mode) output.say(`The mode of the server becomes ${mode}; it was ${manifest.mode}`);
  if (mode !== manifest.mode && manifest.mode === 'compose')
    output.say('To have Docker run it: `messox init --mode compose` in an empty folder, and restore into that one');
  return { mode, settings: withValue(archived, ['mode'], mode).source };
};

/** Makes the folder of a server whose database is elsewhere. Its secrets are where its processes have them. */
export const makeBareFolder = ({ flags, output }: Place, { secrets }: VerifiedArchive): void => {
  mkdirSync(flags.dir, { recursive: true });
  if (secrets) output.say('The secrets in the backup are for you to set: tar -xOzf FILE secrets.json shows them');
};

/** Makes the folder with its secrets, those of the archive where there are none. They come before the data that needs them. */
export const makeFolder = ({ flags, output }: Place, { secrets }: VerifiedArchive): void => {
  const { dir } = flags;
  const paths = projectPaths(dir);
  mkdirSync(dir, { recursive: true });
  const plan = planProject(dir);
  if (plan.files.some(({ action, name }) => name === '.gitignore' && action === 'create'))
    createFile(paths.gitignore, '.env\n.messox/\ndata/\nlogs/\nbackups/\n', { mode: 0o644 });
  const { source, values } = readEnvFile(dir);
  const key = values.get(secretNames.tokenKey.name);
  if (secrets && key && key !== secrets.tokenKey)
    output.warn('.env of this folder stays: its token key is not that of the backup, so everybody has to log in again');
  const missing = missingSecrets(values);
  if (missing.length === 0) return;
  const archived: Record<string, string> = secrets
    ? { [secretNames.tokenKey.name]: secrets.tokenKey, [secretNames.appApiKey.name]: secrets.appApiKey ?? '' }
    : {};
  const added = Object.fromEntries(missing.map((name) => [name, archived[name] ?? newSecret()]));
  const filled = fillEnv(source ?? '# Secrets of this messox server. Keep them.\n', {
    ...(source === undefined ? archived : {}),
    ...added,
  });
  if (source === undefined) createFile(paths.secrets, filled, { mode: 0o600 });
  else atomicWrite(paths.secrets, filled, { mode: 0o600 });
  if (!secrets && missing.includes(secretNames.tokenKey.name))
    output.warn('The secrets are not in the backup: there is a new token key, and everybody has to log in again');
};

/** Makes the folder a project; last of all. */
export const writeSettings = ({ flags }: Place, { settings }: ProjectPlan): void => {
  if (settings !== undefined) createFile(projectPaths(flags.dir).settings, settings, { mode: 0o644 });
};
