import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CliError } from '../errors/cli-error.ts';
import { parseEnv } from './env-file.ts';
import { projectPaths } from './paths.ts';

/** Every secret of a project: its name in `.env`, and whether the server cannot be without it. */
export const secretNames = {
  databasePassword: { name: 'MESSOX_DATABASE_PASSWORD', required: true, about: 'Password of the database.' },
  tokenKey: { name: 'MESSOX_TOKEN_KEY', required: true, about: 'Key that signs access tokens.' },
  appApiKey: {
    name: 'MESSOX_APP_API_KEY',
    required: false,
    about: 'API key that messox-app must send; empty: none.',
  },
} as const;

export interface Secrets {
  readonly databasePassword: string;
  readonly tokenKey: string;
  readonly appApiKey?: string;
}

export const newSecret = (): string => randomBytes(32).toString('base64url');

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** The values of `.env` by name; none when there is no file. */
export const readEnvFile = (dir: string): { source: string | undefined; values: ReadonlyMap<string, string> } => {
  try {
    const source = readFileSync(projectPaths(dir).secrets, 'utf8');
    return { source, values: new Map(parseEnv(source).map(({ name, value }) => [name, value])) };
  } catch (error) {
    if (isMissing(error)) return { source: undefined, values: new Map() };
    throw error;
  }
};

/** Names of required secrets that are missing or empty. */
export const missingSecrets = (values: ReadonlyMap<string, string>): string[] =>
  Object.values(secretNames).flatMap(({ name, required }) => (required && !values.get(name) ? [name] : []));

/** The secrets of the project folder. Throws `secrets_missing`, `secrets_invalid`. */
export const loadSecrets = (dir: string): Secrets => {
  const { values } = readEnvFile(dir);
  const missing = missingSecrets(values);
  if (missing.length > 0)
    throw new CliError('secrets_missing', `Secrets are missing in .env: ${missing.join(', ')}`, {
      detail: `Looked in ${projectPaths(dir).secrets}. A database that exists needs the secrets that it was made with.`,
      fixes: ['Put back the .env of this server from a backup.', '`messox init` (makes new ones, for a new server)'],
    });
  const value = (key: keyof typeof secretNames): string => values.get(secretNames[key].name) ?? '';
  const appApiKey = value('appApiKey');
  return {
    databasePassword: value('databasePassword'),
    tokenKey: value('tokenKey'),
    ...(appApiKey === '' ? {} : { appApiKey }),
  };
};
