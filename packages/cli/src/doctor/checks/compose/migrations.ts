import { serverServices } from '../../../docker/services.ts';
import { runningVersion } from '../../../docker/server-version.ts';
import { cliVersion } from '../../../version.ts';
import { judgeMigrations } from '../migrations.ts';
import { needsRunning, stackCheck } from './stack-check.ts';

/** What the database has, held against what this version of the command knows; the containers may be of another one. */
export const stackMigrations = stackCheck({
  id: 'migrations',
  title: 'Migrations',
  group: 'runtime',
  when: ['doctor'],
  skip: needsRunning(...serverServices),
  run: async ({ containers }, { dir }) => {
    const [{ migrationStatus }, { withStackSql }] = await Promise.all([
      import('@messox/server'),
      import('../../../docker/stack-database.ts'),
    ]);
    const version = runningVersion(await containers());
    const isOther = version !== undefined && version !== cliVersion();
    return judgeMigrations(
      await withStackSql(dir, {}, (sql) => migrationStatus(sql, dir)),
      isOther ? '`messox upgrade` (the containers are of another version than this command)' : '`messox migrate up`',
    );
  },
});
