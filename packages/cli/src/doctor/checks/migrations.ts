import { loadSecrets } from '../../project/secrets.ts';
import { fail, needsServer, ok, warn, type Check } from '../check.ts';

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
      const all = await migrationStatus(database.sql);
      const wrong = all.filter(({ state }) => state === 'edited' || state === 'newer');
      const pending = all.filter(({ state }) => state === 'pending');
      const names = (list: typeof all) => list.map(({ module, number }) => `${module} ${number}`).join(', ');
      if (wrong.length > 0) return fail(`not as this version has them: ${names(wrong)}`, '`messox migrate status`');
      if (pending.length > 0) return warn(`pending: ${names(pending)}`, '`messox migrate up`');
      return ok(`all ${all.length} are applied`);
    } finally {
      await database.close();
    }
  },
};
