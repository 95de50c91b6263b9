import type { MigrationSource } from './database/migrations.ts';
import type { Module } from './module.ts';
import { orderModules } from './module-order.ts';

const kernelTables = ['timeline', 'jobs'];

/** Names that no module can have: of the kernel's tables, and its own. */
export const kernelNames: readonly string[] = ['kernel', ...kernelTables];

/** The kernel's own tables; modules bring theirs. */
const kernelMigrations: MigrationSource[] = kernelTables.map((module) => ({
  module,
  folder: new URL(`./${module}/migrations/`, import.meta.url),
}));

/** Those of the kernel and of these modules; where those of a module are found by its folder (`own`), that counts. */
export const migrationSources = (
  modules: readonly Module[],
  own: readonly MigrationSource[] = [],
): MigrationSource[] => [
  ...kernelMigrations,
  ...orderModules(modules).flatMap(({ name, migrations }) =>
    migrations && !own.some(({ module }) => module === name) ? [{ module: name, folder: migrations }] : [],
  ),
  ...own,
];
