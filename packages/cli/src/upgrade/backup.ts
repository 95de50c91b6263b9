import { writeWhole } from '../archive/archive-file.ts';
import { backupPath } from '../archive/backup-path.ts';
import { withAddress } from '../archive/database-address.ts';
import { holds, size } from '../archive/describe.ts';
import { backupProgress } from '../archive/progress.ts';
import { writeArchive } from '../archive/write-archive.ts';
import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import { readSettingsFile } from '../project/settings-file.ts';

/**
 * Writes a backup into the folder of backups, whole or not at all, and answers with its path. The server goes on meanwhile.
 * The caller has the lock. Its secrets are not inside: they stay where they are.
 *
 * @throws CliError interrupted
 */
export const backUp = async (context: Context, mode: string): Promise<string> => {
  const { flags, output, signal } = context;
  const path = backupPath(flags.dir);
  const settings = readSettingsFile(flags.dir).source;
  output.say(`Writing a backup to ${path}`);
  try {
    const { bytes, contents } = await writeWhole(path, (sink) =>
      withAddress(context, mode, { command: 'upgrade', hasLock: true }, (address) =>
        writeArchive({ address, settings, mode, secrets: undefined, sink, signal, onProgress: backupProgress(output) }),
      ),
    );
    output.say(`  ${size(bytes)}: ${holds(contents)}`);
    return path;
  } catch (error) {
    throw signal.aborted ? new CliError('interrupted', 'Interrupted; nothing was changed', { cause: error }) : error;
  }
};
