import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../errors/cli-error.ts';
import { rabbitmqDefinitions } from '../stack/rabbitmq/definitions.ts';
import { dataUid, serverUid } from '../stack/stack.ts';
import { atomicWrite, createFile } from './atomic-write.ts';
import { makeFolder } from './make-folder.ts';
import { projectPaths } from './paths.ts';
import { readIfThere } from './read-if-there.ts';
import type { Settings } from './schema.ts';
import { newSecret, readEnvFile, secretNames } from './secrets.ts';

/** Files in `secrets/`, each with the user whose container reads it. Undefined: none does. */
const readers = {
  'token-key': serverUid,
  'app-api-key': serverUid,
  'database-password': dataUid,
  'database-url': serverUid,
  'rabbitmq-password': undefined,
  'amqp-url': serverUid,
  'rabbitmq-definitions': dataUid,
} as const;

export type SecretFile = keyof typeof readers;

/** Those that nothing else tells, and that data was made with. */
const originals = ['token-key', 'database-password', 'rabbitmq-password'] as const;

const pathOf = (dir: string, name: SecretFile): string => join(projectPaths(dir).secretFiles, name);

/** Empty where there is none. */
const readSecretFile = (dir: string, name: SecretFile): string =>
  readIfThere(pathOf(dir, name))?.toString('utf8').trimEnd() ?? '';

/** Names of the secrets that the mode needs and the folder does not have. `app-api-key` may be empty. */
export const missingSecretFiles = (dir: string, mode: Settings['mode']): SecretFile[] => {
  const needed = (Object.keys(readers) as SecretFile[]).filter(
    (name) => mode === 'compose' || ['token-key', 'app-api-key', 'database-url', 'amqp-url'].includes(name),
  );
  return needed.filter((name) =>
    name === 'app-api-key' ? !existsSync(pathOf(dir, name)) : readSecretFile(dir, name) === '',
  );
};

/** Throws `secrets_missing`, naming the files. */
export const requireSecretFiles = (dir: string, mode: Settings['mode']): void => {
  const missing = missingSecretFiles(dir, mode);
  if (missing.length === 0) return;
  throw new CliError('secrets_missing', `Secrets are missing in secrets/: ${missing.join(', ')}`, {
    detail: `Looked in ${projectPaths(dir).secretFiles}.`,
    fixes: ['`messox config render` (makes those that are missing)', 'Put them back from a backup.'],
  });
};

/** Those that have to be given by whoever runs the database and the broker. */
export const foreignSecrets = (missing: readonly SecretFile[], mode: Settings['mode']): SecretFile[] =>
  mode === 'compose' ? [] : missing.filter((name) => name === 'database-url' || name === 'amqp-url');

/** For a folder whose database may exist: throws `secrets_missing` where new ones would lock out what the old ones were for. */
export const refuseLostSecrets = (dir: string, missing: readonly SecretFile[]): void => {
  const lost = originals.filter((name) => missing.includes(name));
  if (lost.length === 0) return;
  throw new CliError('secrets_missing', `This server has lost its secrets: ${lost.join(', ')}`, {
    detail: 'Its database was made with them, and new ones would not open it, so none are made.',
    fixes: [
      `Put back ${projectPaths(dir).secretFiles} of this server from a backup.`,
      'Choose an empty folder with --dir.',
    ],
  });
};

/**
 * Each container runs as a user of its own, and sees its secrets as files of this machine. Root gives each file to that user
 * alone (0600). Nobody else can: then the folder keeps others out (0700), and the file in it may be read.
 */
const letRead = (path: string, uid: number | undefined): void => {
  if (uid === undefined || process.getuid?.() === 0) {
    chmodSync(path, 0o600);
    if (uid !== undefined) chownSync(path, uid, uid);
  } else chmodSync(path, 0o444);
};

/** How the secrets of a folder are kept. */
export interface SecretFolder {
  readonly mode: number;
  /** Each with its owner, and the user whose container reads it. */
  readonly files: readonly {
    readonly name: SecretFile;
    readonly mode: number;
    readonly owner: number;
    readonly reader: number | undefined;
  }[];
}

/** Undefined where there is no such folder. */
export const readSecretModes = (dir: string): SecretFolder | undefined => {
  const folder = statSync(projectPaths(dir).secretFiles, { throwIfNoEntry: false });
  if (!folder) return undefined;
  const files = (Object.keys(readers) as SecretFile[]).flatMap((name) => {
    const stats = statSync(pathOf(dir, name), { throwIfNoEntry: false });
    return stats ? [{ name, mode: stats.mode & 0o777, owner: stats.uid, reader: readers[name] }] : [];
  });
  return { mode: folder.mode & 0o777, files };
};

const write = (dir: string, name: SecretFile, value: string): void => {
  const path = pathOf(dir, name);
  if (existsSync(path)) atomicWrite(path, value, { mode: 0o600 });
  else createFile(path, value, { mode: 0o600 });
  letRead(path, readers[name]);
};

/** Makes the secrets that are missing, and no other. What a server without containers had in `.env` is taken over. */
export const fillSecretFiles = (dir: string, missing: readonly SecretFile[]): void => {
  makeFolder(projectPaths(dir).secretFiles, 0o700);
  if ((statSync(projectPaths(dir).secretFiles).mode & 0o077) !== 0) chmodSync(projectPaths(dir).secretFiles, 0o700);
  const { values } = readEnvFile(dir);
  const make: Readonly<Record<SecretFile, () => string>> = {
    'token-key': () => values.get(secretNames.tokenKey.name) ?? newSecret(),
    'app-api-key': () => values.get(secretNames.appApiKey.name) ?? '',
    'database-password': newSecret,
    'database-url': () => `postgres://messox:${readSecretFile(dir, 'database-password')}@postgres:5432/messox`,
    'rabbitmq-password': newSecret,
    'amqp-url': () => `amqp://messox:${readSecretFile(dir, 'rabbitmq-password')}@rabbitmq:5672/messox`,
    'rabbitmq-definitions': () => rabbitmqDefinitions(readSecretFile(dir, 'rabbitmq-password'), randomBytes(4)),
  };
  // In the order of the table: URLs hold passwords.
  for (const name of Object.keys(readers) as SecretFile[]) if (missing.includes(name)) write(dir, name, make[name]());
};

/** The secrets that sessions depend on, as the containers read them; empty where there is none. */
export const readSessionSecretFiles = (dir: string): { readonly tokenKey: string; readonly appApiKey: string } => ({
  tokenKey: readSecretFile(dir, 'token-key'),
  appApiKey: readSecretFile(dir, 'app-api-key'),
});

/** Writes one of them, in the place of what is there. */
export const writeSessionSecretFile = (dir: string, name: 'token-key' | 'app-api-key', value: string): void => {
  makeFolder(projectPaths(dir).secretFiles, 0o700);
  write(dir, name, value);
};

/** The URL by which the containers reach the database. Throws `secrets_missing`. */
export const databaseUrlOf = (dir: string): string => {
  const url = readSecretFile(dir, 'database-url');
  if (url !== '') return url;
  throw new CliError('secrets_missing', 'secrets/database-url is missing or empty', {
    detail: `Looked in ${projectPaths(dir).secretFiles}.`,
    fixes: ['`messox config render` (makes the secrets that are missing)', 'Put it back from a backup.'],
  });
};
