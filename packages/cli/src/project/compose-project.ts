import { basename } from 'node:path';
import { projectNameOf } from '../stack/project-name.ts';
import { atomicWrite, createFile } from './atomic-write.ts';
import { fillEnv } from './env-file.ts';
import { projectPaths } from './paths.ts';
import type { Settings } from './schema.ts';
import { readEnvFile } from './secrets.ts';

/** Compose's own variable. It is kept, since volumes are named after it: another domain is to find the same database. */
const variable = 'COMPOSE_PROJECT_NAME';

const header = '# For docker compose. The secrets of this server are in secrets/.\n';

/** Empty where none is written down. */
const keptName = (dir: string): string => readEnvFile(dir).values.get(variable) ?? '';

/** What compose calls this server. */
export const projectName = (dir: string, { deploy }: Pick<Settings, 'deploy'>): string => {
  const kept = keptName(dir);
  return kept === '' ? projectNameOf(deploy.domain, basename(dir)) : kept;
};

/** Whether the name is not written down yet. */
export const lacksProjectName = (dir: string): boolean => keptName(dir) === '';

/** Writes the name into `.env`, where there is none. */
export const keepProjectName = (dir: string, name: string): void => {
  if (!lacksProjectName(dir)) return;
  const { source } = readEnvFile(dir);
  const { secrets: path } = projectPaths(dir);
  if (source === undefined) createFile(path, fillEnv(header, { [variable]: name }), { mode: 0o600 });
  else atomicWrite(path, fillEnv(source, { [variable]: name }), { mode: 0o600 });
};
