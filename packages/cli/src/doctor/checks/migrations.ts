import type { MigrationStatus } from '@messox/server';
import { loadSecrets } from '../../project/secrets.ts';
import { fail, type Finding, needsServer, ok, warn, type Check } from '../check.ts';

export const judgeMigrations = (
  all: readonly Pick<MigrationStatus, 'module' | 'number' | 'state'>[],
  upgrade = '`messox migrate up`',
): Finding => {
  const named = (...states: readonly MigrationStatus['state'][]): string =>
    all
      .filter(({ state }) => states.includes(state))
      .map(({ module, number }) => `${module} ${number}`)
      .join(', ');
  const [wrong, pending, ahead] = [named('edited', 'newer'), named('pending'), named('ahead')];
  if (wrong !== '') return fail(`not as this version has them: ${wrong}`, '`messox migrate status`');
  if (pending !== '') return warn(`pending: ${pending}`, upgrade);
  return ok(ahead === '' ? `all ${all.length} are applied` : `all are applied; of a newer version: ${ahead}`);
};

export const migrations: Check = {
  id: 'migrations',
  title: 'Migrations',
  group: 'runtime',
  when: ['doctor'],
  modes: ['embedded'],
  skip: needsServer,
  run: async ({ dir }) => {
    const { migrationStatus, openEmbeddedDatabase } = await import('@messox/server');
    const database = await openEmbeddedDatabase({ dir, secrets: loadSecrets(dir) });
    try {
      return judgeMigrations(await migrationStatus(database.sql, dir));
    } finally {
      await database.close();
    }
  },
};
