import type { Migration } from '../kernel/database/migrations.ts';
import { StartFault } from '../kernel/fault.ts';
import type { AppliedMigration } from './snapshot.ts';

/** How tables come to be as they were, and then as they are now. */
export interface MigrationPlan {
  readonly before: readonly Migration[];
  readonly after: readonly Migration[];
}

const label = ({ module, name, number }: Pick<AppliedMigration, 'module' | 'name' | 'number'>): string =>
  `${module} ${String(number).padStart(4, '0')}-${name}`;

/**
 * What is run before the rows of a backup go into its tables, and after.
 *
 * @throws StartFault backup_newer, module_missing, migration_edited
 */
export const planMigrations = (known: readonly Migration[], archived: readonly AppliedMigration[]): MigrationPlan => {
  const byKey = new Map(known.map((migration) => [`${migration.module} ${migration.number}`, migration]));
  const modules = new Set(known.map(({ module }) => module));
  const had = new Set<Migration>();
  for (const migration of archived) {
    const own = byKey.get(`${migration.module} ${migration.number}`);
    if (!own && !modules.has(migration.module))
      throw new StartFault(
        'module_missing',
        `The backup is of a server with the module ${migration.module}, which is not here: it has the migration ${label(migration)}.`,
        `Copy the folder modules/${migration.module} of that server here first. If it had no such module, it was a newer messox: restore with that.`,
      );
    if (!own)
      throw new StartFault(
        'backup_newer',
        `The backup is of a newer version of messox or of the module: it has the migration ${label(migration)}.`,
        'Restore it with the version of messox that made it.',
      );
    if (own.checksum !== migration.checksum)
      throw new StartFault(
        'migration_edited',
        `The migration ${label(own)} is not the one that the backup was made with.`,
        'Restore it with the version of messox that made it.',
      );
    had.add(own);
  }
  return { before: known.filter((it) => had.has(it)), after: known.filter((it) => !had.has(it)) };
};
