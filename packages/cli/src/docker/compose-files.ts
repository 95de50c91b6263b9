import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readEnvFile } from '../project/secrets.ts';

/** Of these, compose reads the first that is there. */
const defaults = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** The same of the admin's own files beside it. */
const overrides = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/**
 * What compose reads in the folder where it is not told, absolute: what `COMPOSE_FILE` in `.env` names, else the files that
 * it looks for. None where there are none.
 *
 * @param isThere whether a file is there, or is going to be
 */
export const composeFiles = (
  dir: string,
  isThere: (path: string) => boolean = (path) => existsSync(path),
): string[] => {
  const { values } = readEnvFile(dir);
  const [named = '', separator = ''] = [values.get('COMPOSE_FILE'), values.get('COMPOSE_PATH_SEPARATOR')];
  if (named !== '') return named.split(separator === '' ? ':' : separator).map((path) => resolve(dir, path));
  const first = (names: readonly string[]): string[] =>
    names
      .map((name) => join(dir, name))
      .filter((path) => isThere(path))
      .slice(0, 1);
  const found = first(defaults);
  return found.length === 0 ? [] : [...found, ...first(overrides)];
};
