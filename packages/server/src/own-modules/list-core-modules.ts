import { loadMigrations } from '../kernel/database/migrations.ts';
import { coreModules } from '../modules/index.ts';

/** The modules that messox brings along, each with the number of its migrations. */
export const listCoreModules = (): Promise<{ name: string; needs: string[]; migrations: number }[]> =>
  Promise.all(
    coreModules.map(async ({ migrations, name, needs }) => ({
      name,
      needs: Object.values(needs).map((needed) => needed.name),
      migrations: migrations ? (await loadMigrations([{ module: name, folder: migrations }])).length : 0,
    })),
  );
