import type { MigrationStatus } from '@messox/server';
import { isNewer } from '../archive/is-newer.ts';
import { CliError } from '../errors/cli-error.ts';
import { otherVersion, type Place } from '../output/command-line.ts';
import { hardStopBetween, notesBetween, type ReleaseNote, type Span } from './release-notes.ts';

export type Migrations = readonly Pick<MigrationStatus, 'module' | 'name' | 'number'>[];

/** What an upgrade would do. */
export interface UpgradePlan extends Span {
  readonly notes: readonly ReleaseNote[];
  /** Migrations that are not applied yet; undefined while nobody can ask the database. */
  readonly pending: Migrations | undefined;
  /** Generated files that become others. */
  readonly files: readonly string[];
}

export const hasWork = ({ files, from, pending = [], to }: UpgradePlan): boolean =>
  from !== to || pending.length > 0 || files.length > 0;

/**
 * Refuses a way that leads back, or past a version that must not be left out.
 *
 * @throws CliError project_newer, upgrade_hard_stop
 */
export const findRoute = (all: readonly ReleaseNote[], span: Span, place: Place): ReleaseNote[] => {
  const { from, to } = span;
  if (from !== undefined && isNewer(from, to))
    throw new CliError('project_newer', `The server is of messox ${from}; this is messox ${to}, which is older`, {
      detail: 'An upgrade leads to the version of the command.',
      fixes: [
        otherVersion(place, 'latest', 'upgrade'),
        '`messox upgrade --rollback` (goes back, if the last upgrade came from here)',
      ],
    });
  const stop = hardStopBetween(all, span);
  if (stop)
    throw new CliError(
      'upgrade_hard_stop',
      `The way from ${from ?? 'an unknown version'} to ${to} leads over ${stop.version}`,
      {
        detail: [`Version ${stop.version} does what later ones need:`, ...stop.notes.map((note) => `  ${note}`)].join(
          '\n',
        ),
        fixes: [`${otherVersion(place, stop.version, 'upgrade')} (and then the same command as now)`],
      },
    );
  return notesBetween(all, span);
};

/** @throws CliError migration_edited, database_newer: before anything is stopped for it */
export const pendingOf = (migrations: readonly MigrationStatus[]): Migrations => {
  const named = ({ module, name, number }: MigrationStatus): string =>
    `${module} ${String(number).padStart(4, '0')}-${name}`;
  const edited = migrations.find(({ state }) => state === 'edited');
  if (edited)
    throw new CliError('migration_edited', `The migration ${named(edited)} was changed after it ran on the database`, {
      fixes: ['`messox migrate status`', 'Put the file back as it was.'],
    });
  const newer = migrations.find(({ state }) => state === 'newer');
  if (newer)
    throw new CliError('database_newer', `The database has the migration ${named(newer)} of a newer version`, {
      fixes: ['Upgrade with that version of messox, or a newer one.', '`messox migrate status`'],
    });
  return migrations
    .filter(({ state }) => state === 'pending')
    .map(({ module, name, number }) => ({ module, number, name }));
};
