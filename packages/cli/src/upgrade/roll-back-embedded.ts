import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationStatus } from '@messox/server';
import { z } from 'zod';
import { CliError } from '../errors/cli-error.ts';
import { exit, type ExitCode } from '../errors/exit.ts';
import type { Context } from '../framework/context.ts';
import { commandLine, otherVersion, type Place } from '../output/command-line.ts';
import { withLock } from '../project/lock.ts';
import { readIfThere } from '../project/read-if-there.ts';
import { readRunVersion } from '../project/run-version.ts';
import { readServerState, type ServerState } from '../project/server-state.ts';
import { embeddedFacts } from './database-facts.ts';
import { addedSince, lastUpgrade, refuseContracted, restoreCommands, type UpgradeRecord } from './record.ts';

const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()).optional() });

/** Whether messox is a dependency of what is in the folder, so that `npx messox` there is the version that was installed. */
const hasInstalled = (folder: string): boolean => {
  const source = readIfThere(join(folder, 'package.json'))?.toString('utf8');
  try {
    return source !== undefined && 'messox' in (packageSchema.parse(JSON.parse(source)).dependencies ?? {});
  } catch {
    return false;
  }
};

interface WayBackFacts {
  readonly place: Place;
  readonly from: string;
  readonly record: UpgradeRecord;
  readonly migrations: readonly MigrationStatus[];
  /** The server that runs. */
  readonly state: Pick<ServerState, 'detached'> | undefined;
  /** Where messox is a dependency. */
  readonly isInstalled: boolean;
}

interface WayBack {
  /** To type, one after the other. */
  readonly commands: readonly string[];
  /** What is to be known besides. */
  readonly notes: readonly string[];
  /** To type where the server is to be as it was before the upgrade; empty where no backup is there. */
  readonly restore: readonly string[];
}

/** How one starts the version of before on the database as it is. */
export const findWayBack = ({ from, isInstalled, migrations, place, record, state }: WayBackFacts): WayBack => {
  const { backup, to } = record;
  const added = addedSince(record, migrations);
  const isElsewhere = state !== undefined && !state.detached;
  return {
    commands: [
      ...(state?.detached === true ? [commandLine(place, 'down')] : []),
      ...(isInstalled ? [`npm install messox@${from}`] : []),
      otherVersion(place, from, 'up', ...(isElsewhere ? [] : ['-d'])),
    ],
    notes: [
      added.length === 0
        ? `The upgrade to ${to} has changed nothing of it.`
        : `The upgrade to ${to} has only added to it (${added.join(', ')}).`,
      'What people have written since stays.',
      ...(isElsewhere ? ['Stop the server first where it was started (Ctrl-C, systemctl stop).'] : []),
    ],
    restore: backup !== null && existsSync(backup) ? restoreCommands(record, place) : [],
  };
};

/** The version to go back to. @throws CliError rollback_impossible where there is none */
const versionBefore = ({ backup, from, to }: UpgradeRecord, running: string | undefined, place: Place): string => {
  const nowhere = (message: string, fix?: string): CliError =>
    new CliError('rollback_impossible', message, {
      fixes: [fix ?? `${commandLine(place, 'restore', backup ?? 'FILE', '--replace')} (goes back to a backup)`],
    });
  if (from === null) throw nowhere('Nobody knows which version there was before the last upgrade');
  if (from === to) throw nowhere(`The last upgrade was of the database alone: it was messox ${to} before, too`);
  if (from === running)
    throw nowhere(
      `The server is of messox ${from} already, as before the last upgrade`,
      `${otherVersion(place, to, 'upgrade')} (leads to ${to} again)`,
    );
  return from;
};

/** Says whether the version before can work on the database, and how it is started: this command is not that version. */
export const rollBackEmbedded = async (context: Context): Promise<ExitCode> => {
  const { flags, output, place } = context;
  const { dir } = flags;
  const record = lastUpgrade(dir);
  const state = readServerState(dir);
  const from = versionBefore(record, state?.version ?? readRunVersion(dir), place);
  const migrations = (await withLock(dir, 'upgrade', () => embeddedFacts(context, true)))?.migrations ?? [];
  refuseContracted(record, migrations, place);
  const isInstalled = hasInstalled(process.cwd());
  const { commands, notes, restore } = findWayBack({ place, from, record, migrations, state, isInstalled });
  output.result({ event: 'done', version: from, commands, restore }, (style) => [
    `${style.green(style.signs.ok)} messox ${from} can go on with the database as it is. ${notes.join(' ')}`,
    ...commands.map((line) => `  ${line}`),
    ...(restore.length === 0 ? [] : ['Or, to lose what was written since, with the backup of before:']),
    ...restore.map((line) => `  ${line}`),
  ]);
  return exit.done;
};
