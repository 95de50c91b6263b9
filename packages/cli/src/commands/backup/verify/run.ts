import { withArchive } from '../../../archive/archive-file.ts';
import { archiveData, holds, lacks } from '../../../archive/describe.ts';
import { readProgress } from '../../../archive/progress.ts';
import { verifyArchive } from '../../../archive/verify-archive.ts';
import { CliError } from '../../../errors/cli-error.ts';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { printable } from '../../../output/printable.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async ({ output, signal }, { file: path }) => {
  try {
    const { contents, manifest } = await withArchive(path, signal, (file) =>
      verifyArchive({ file, signal, onBytes: readProgress(output, 'verify') }),
    );
    output.result({ event: 'done', file: path, ...archiveData(manifest, contents) }, (style) => [
      `${style.green(style.signs.ok)} The backup is whole`,
      `  of ${manifest.createdAt}, by messox ${printable(manifest.messox)} with PostgreSQL ${printable(manifest.postgres)}`,
      `  ${holds(contents)}`,
    ]);
    for (const missing of lacks(manifest)) output.warn(missing);
    return exit.done;
  } catch (error) {
    throw signal.aborted ? new CliError('interrupted', 'Interrupted') : error;
  }
};
