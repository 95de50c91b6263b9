import { statfs } from 'node:fs/promises';
import { CliError } from '../errors/cli-error.ts';
import { MiB, sizeText } from '../doctor/size.ts';

/** Something that an upgrade writes. */
export interface Need {
  readonly what: string;
  readonly bytes: number;
  readonly folder: string;
  /** Undefined where nobody can tell: a disk of another machine. */
  readonly freeBytes: number | undefined;
}

/** What must be left for everything else that writes meanwhile. */
const spare = 128 * MiB;

/** @throws CliError checks_failed */
export const refuseNoRoom = (needs: readonly Need[]): void => {
  const wanting = needs.filter(({ bytes, freeBytes }) => freeBytes !== undefined && freeBytes < bytes + spare);
  if (wanting.length === 0) return;
  throw new CliError('checks_failed', 'There is not enough room for an upgrade', {
    detail: wanting
      .map(
        ({ bytes, folder, freeBytes = 0, what }) =>
          `${what} may take ${sizeText(bytes)}; ${sizeText(freeBytes)} are free at ${folder}, of which ${sizeText(spare)} should stay so.`,
      )
      .join('\n'),
    fixes: ['Free some space there: old files in backups, or what docker system df tells of.'],
  });
};

/** The room for a backup, which is at most as large as the database. */
export const backupNeed = async (dir: string, databaseBytes: number): Promise<Need> => {
  const { bavail, bsize } = await statfs(dir);
  return { what: 'The backup', bytes: databaseBytes, folder: dir, freeBytes: bavail * bsize };
};
