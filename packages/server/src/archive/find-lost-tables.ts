import { type DatabaseAddress, openLink } from '../kernel/database/pool.ts';
import { databaseFault } from './database-fault.ts';
import { readModuleObjects } from './module-objects.ts';
import type { SnapshotFacts } from './snapshot.ts';

/**
 * Tables of modules in the database that a backup does not have: once it is in their place, what is in them is gone.
 *
 * @throws StartFault database_unreachable, database_refused
 */
export const findLostTables = async (
  address: DatabaseAddress,
  { tables }: Pick<SnapshotFacts, 'tables'>,
): Promise<string[]> => {
  const link = openLink(address, 'messox reader');
  try {
    const kept = new Set(tables.map(({ name }) => name));
    return (await readModuleObjects(link)).tables.filter((name) => !kept.has(name));
  } catch (error) {
    throw databaseFault(error);
  } finally {
    await link.end();
  }
};
