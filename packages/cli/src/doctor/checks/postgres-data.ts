import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPaths } from '../../project/paths.ts';
import { beforeStart, fail, ok, type Check } from '../check.ts';
import { findPostgres } from '../postgres.ts';

const readMajor = (dir: string): number | undefined => {
  try {
    return Number.parseInt(readFileSync(join(projectPaths(dir).postgres, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

export const postgresData: Check = {
  id: 'postgres-data',
  title: 'Database files',
  group: 'data',
  when: ['doctor', ...beforeStart],
  modes: ['embedded'],
  run: ({ dir }) => {
    const data = readMajor(dir);
    if (data === undefined) return ok('none yet; the first start makes them');
    const program = findPostgres()?.major;
    if (program !== undefined && data !== program)
      return fail(
        `they are of PostgreSQL ${data}, and this messox comes with ${program}, which cannot open them`,
        `Use the version of messox that brings PostgreSQL ${data}, make a backup with it, and restore that with this one.`,
      );
    return ok(`of PostgreSQL ${data}`);
  },
};
