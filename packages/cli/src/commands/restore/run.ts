import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  checkRestorable,
  type DatabaseAddress,
  findLostTables,
  type Restored,
  type SnapshotFacts,
} from '@messox/server';
import { modulesFolder } from '@messox/server/project';
import { withArchive } from '../../archive/archive-file.ts';
import { refuseRunning, withAddress } from '../../archive/database-address.ts';
import { readProgress } from '../../archive/progress.ts';
import { restoreArchive } from '../../archive/restore-archive.ts';
import { verifyArchive } from '../../archive/verify-archive.ts';
import { isNewer } from '../../archive/is-newer.ts';
import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import type { Run } from '../../framework/spec.ts';
import { refuseRunningStack } from '../../docker/refuse-running-stack.ts';
import { openStack } from '../../docker/stack.ts';
import { printable } from '../../output/printable.ts';
import { isCompose } from '../../project/is-compose.ts';
import { cliVersion } from '../../version.ts';
import { makeBareFolder, makeFolder, planRestored, writeSettings } from './project.ts';
import type { spec } from './spec.ts';
import { restoreIntoStack } from './stack.ts';

/**
 * A word is typed, so that nobody loses a server by pressing Enter. It is asked for before anything is changed or started.
 *
 * @throws CliError confirmation_needed, where nobody can be asked; cancelled
 */
const confirmReplace = async ({ ask, flags }: Context): Promise<void> => {
  if (flags.yes) return;
  if (!ask.possible) await ask.confirmOrCancel({ message: `Replace what is in ${flags.dir}?` });
  const word = basename(flags.dir);
  const answer = await ask.text({
    message: `All accounts and messages of ${flags.dir} are replaced. Type ${word} to go on:`,
    flag: '--yes',
  });
  if (answer !== word) throw new CliError('cancelled', 'Cancelled; nothing was changed');
};

/** Only the database knows of them, so this is asked when all else is settled. */
const confirmLost = async (
  { ask, flags, output }: Context,
  address: DatabaseAddress,
  facts: Pick<SnapshotFacts, 'tables'>,
): Promise<void> => {
  const lost = await findLostTables(address, facts);
  if (lost.length === 0) return;
  output.warn(`The backup does not have these tables of modules, and what is in them goes: ${lost.join(', ')}`);
  if (!flags.yes) await ask.confirmOrCancel({ message: 'Go on?', default: false });
};

const restore = async (context: Context, file: FileHandle, replace: boolean): Promise<Restored> => {
  const { flags, output, signal } = context;
  const archive = await verifyArchive({ file, signal, onBytes: readProgress(output, 'verify') });
  const { manifest } = archive;
  if (isNewer(manifest.messox, cliVersion()))
    throw new CliError(
      'backup_newer',
      `The backup is of messox ${printable(manifest.messox)}; this is ${cliVersion()}`,
      {
        fixes: ['Restore it with the version of messox that made it.'],
      },
    );
  await checkRestorable(manifest.migrations, modulesFolder(flags.dir));
  if (replace) await confirmReplace(context);
  const plan = planRestored(context, archive);
  const put = async (address: DatabaseAddress) => {
    if (replace) await confirmLost(context, address, manifest);
    return restoreArchive({
      address,
      file,
      archive,
      replace,
      modulesFolder: modulesFolder(flags.dir),
      signal,
      onBytes: readProgress(output, 'restore'),
    });
  };
  if (plan.mode === 'compose') return restoreIntoStack(context, { archive, replace, put });
  (plan.mode === 'embedded' ? makeFolder : makeBareFolder)(context, archive);
  const restored = await withAddress(context, plan.mode, { command: 'restore', creates: true }, (address) => {
    refuseRunning(flags.dir, 'It would go on with what it knows of the old data.');
    return put(address);
  });
  writeSettings(context, plan);
  return restored;
};

export const run: Run<typeof spec> = async (context, { file: path }, { replace }) => {
  const { flags, output, signal } = context;
  const whileStopped = 'A backup is restored while it is stopped.';
  if (isCompose(flags.dir)) await refuseRunningStack(openStack(flags.dir).compose, whileStopped);
  else refuseRunning(flags.dir, whileStopped);
  try {
    const restored = await withArchive(path, signal, (file) => restore(context, file, replace));
    const { dropped, epoch, leftOut, migrated, tables } = restored;
    const rows = (table: string): number => tables.find(({ name }) => name === table)?.rows ?? 0;
    output.result({ event: 'done', dir: flags.dir, epoch, tables, migrated, leftOut, dropped }, (style) => [
      `${style.green(style.signs.ok)} Restored ${rows('users')} accounts, ${rows('channels')} channels, ${rows('messages')} messages`,
      ...(migrated.length === 0 ? [] : [`  Brought up to date by ${migrated.length} migrations`]),
      ...(dropped.length === 0
        ? []
        : [`  Dropped, as neither the backup nor a module that is here has them: ${dropped.join(', ')}`]),
      '  Every device starts over from what the server has now',
    ]);
    if (leftOut.length > 0) output.warn(`Not restored, as these tables are none of messox: ${leftOut.join(', ')}`);
    return exit.done;
  } catch (error) {
    throw signal.aborted ? new CliError('interrupted', 'Interrupted; the database is as it was') : error;
  }
};
