import { codeOf, isPassing } from '../kernel/database/pool.ts';
import { StartFault } from '../kernel/fault.ts';

const refused = new Set(['28P01', '28000', '3D000', '42501']);
const diskFull = '53100';
const dependents = '2BP01';

/** What a command says of a database that is away or does not let it work; any other error as it is. */
export const databaseFault = (error: unknown): unknown => {
  const code = codeOf(error) ?? '';
  const why = error instanceof Error ? error.message : String(error);
  const fault = (name: string, message: string, help: string): StartFault =>
    new StartFault(name, message, help, { cause: error });
  // A file has the code of a socket that is missing.
  if (error instanceof Error && 'path' in error && 'syscall' in error && error.syscall !== 'connect') return error;
  if (refused.has(code))
    return fault(
      'database_refused',
      `PostgreSQL refuses: ${why}.`,
      'Check user, password and database; the user must own the database: ALTER DATABASE name OWNER TO user;',
    );
  if (code === diskFull)
    return fault('disk_full', `PostgreSQL has no space left: ${why}.`, 'Free some space where its data is.');
  if (code === dependents)
    return fault(
      'database_in_use',
      `Something else in the database depends on the tables of messox: ${why}.`,
      'Drop what depends on them (\\d in psql shows it), and make it again afterwards.',
    );
  if (isPassing(error))
    return fault('database_unreachable', `PostgreSQL cannot be reached: ${why}.`, 'Check that it runs, and try again.');
  return error;
};
