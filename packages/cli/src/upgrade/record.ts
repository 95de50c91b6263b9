import { existsSync, rmSync } from 'node:fs';
import { isContract, type MigrationStatus } from '@messox/server';
import { z } from 'zod';
import { CliError } from '../errors/cli-error.ts';
import { commandLine, otherVersion, type Place } from '../output/command-line.ts';
import { atomicWrite } from '../project/atomic-write.ts';
import { projectPaths } from '../project/paths.ts';
import { readIfThere } from '../project/read-if-there.ts';

const fileSchema = z.strictObject({ content: z.string(), mode: z.int().min(0).max(0o777) });

/** The generated part of a folder as it was at one moment. */
const snapshotSchema = z.object({
  /** By path; null: there was none. */
  files: z.record(z.string(), fileSchema.nullable()),
  base: z.record(z.string(), z.string()),
  /** By path: generated files that stand beside one that was kept, with the SHA-256 of what the upgrade writes there. */
  beside: z.record(z.string(), z.strictObject({ before: fileSchema.nullable(), written: z.string() })).default({}),
  manifest: z.string().nullable(),
  /** What the processes of the server ran; null: none did. */
  image: z.strictObject({ name: z.string(), id: z.string() }).nullable(),
});
export type StackSnapshot = z.infer<typeof snapshotSchema>;

/** What a newer version has added to it is no reason not to start an older one. */
const recordSchema = z.object({
  from: z.string().nullable(),
  to: z.string(),
  at: z.iso.datetime(),
  /** Absolute path; null: none was made. */
  backup: z.string().nullable(),
  /** Those that the database had before, as in `accounts 2`. */
  migrations: z.array(z.string()),
  /** Of a server that Docker runs. */
  stack: snapshotSchema.optional(),
});

/** `.messox/previous.json`: how things were before the last upgrade, and `.messox/upgrading.json`, before the one under way. */
export type UpgradeRecord = z.infer<typeof recordSchema>;

const keyOf = ({ module, number }: Pick<MigrationStatus, 'module' | 'number'>): string => `${module} ${number}`;

export const appliedKeys = (migrations: readonly MigrationStatus[]): string[] =>
  migrations.flatMap((one) => (one.appliedAt === undefined ? [] : [keyOf(one)]));

const read = (path: string): UpgradeRecord | undefined => {
  const source = readIfThere(path)?.toString('utf8');
  return source === undefined ? undefined : recordSchema.parse(JSON.parse(source));
};

const write = (path: string, record: UpgradeRecord): void =>
  atomicWrite(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });

/** Before anything of the folder is changed. */
export const beginUpgrade = (dir: string, record: UpgradeRecord): void => write(projectPaths(dir).upgrading, record);

/** One that was killed on its way; undefined: none. */
export const unfinishedUpgrade = (dir: string): UpgradeRecord | undefined => read(projectPaths(dir).upgrading);

/** What one can go back to while no upgrade is under way; undefined: nothing. */
export const previousUpgrade = (dir: string): UpgradeRecord | undefined => read(projectPaths(dir).previous);

/** From now on it is what one can go back to. */
export const finishUpgrade = (dir: string, record: UpgradeRecord): void => {
  write(projectPaths(dir).previous, record);
  rmSync(projectPaths(dir).upgrading, { force: true });
};

/** Everything is as it was before it. */
export const forgetUpgrade = (dir: string): void => rmSync(projectPaths(dir).upgrading, { force: true });

export interface Progress {
  /** The oldest version that runs, or ran last; undefined where nobody can tell. */
  readonly running: string | undefined;
  /** Where this upgrade leads. */
  readonly to: string;
}

/** The upgrade that this one goes on with: one that ended by another command since is that of long ago. */
export const continuedUpgrade = (
  record: UpgradeRecord | undefined,
  { running, to }: Progress,
): UpgradeRecord | undefined => {
  const isUnderWay = running === undefined || running === record?.from || (running === to && record?.to === to);
  return isUnderWay ? record : undefined;
};

/** All of the server is of this version now: an upgrade that was killed has come to its end with it, or never was. */
export const settleUpgrade = (dir: string, version: string): void => {
  const record = unfinishedUpgrade(dir);
  if (!record) return;
  if (record.from === version && record.to !== version) forgetUpgrade(dir);
  else finishUpgrade(dir, { ...record, to: version });
};

/** What there is to go back to: of what is known, the last. @throws CliError rollback_impossible */
export const lastUpgrade = (dir: string): UpgradeRecord => {
  const [unfinished, previous] = [unfinishedUpgrade(dir), previousUpgrade(dir)];
  const record = unfinished && previous && previous.at > unfinished.at ? previous : (unfinished ?? previous);
  if (record) return record;
  throw new CliError('rollback_impossible', 'There is no upgrade of this server to go back from', {
    detail: `It would be in ${projectPaths(dir).previous}.`,
    fixes: ['`messox restore FILE --replace` (goes back to a backup)'],
  });
};

/** The server is as it was before it. */
export const forgetPrevious = (dir: string): void => {
  const { previous, upgrading } = projectPaths(dir);
  for (const path of [previous, upgrading]) rmSync(path, { force: true });
};

const nameOf = ({ module, name, number }: MigrationStatus): string =>
  `${module} ${String(number).padStart(4, '0')}-${name}`;

const isNew = ({ migrations }: UpgradeRecord): ((one: MigrationStatus) => boolean) => {
  const before = new Set(migrations);
  return (one) => one.appliedAt !== undefined && !before.has(keyOf(one));
};

/** Migrations that the database got since. */
export const addedSince = (record: UpgradeRecord, migrations: readonly MigrationStatus[]): string[] =>
  migrations.filter(isNew(record)).map(nameOf);

/** How one goes back to the backup of before, with the version of before. */
export const restoreCommands = ({ backup, from }: UpgradeRecord, place: Place): string[] => {
  const old = (...words: string[]): string => otherVersion(place, from ?? 'OLD', ...words);
  return [commandLine(place, 'down'), old('restore', backup ?? 'FILE', '--replace'), old('up', '-d')];
};

const whichBackup = ({ backup, from, to }: UpgradeRecord): string => {
  if (backup === null)
    return `The upgrade to ${to} wrote no backup: FILE is one of messox ${from ?? 'of before'} that you have.`;
  return existsSync(backup)
    ? 'What was written since the backup is lost by going back to it.'
    : `The backup that the upgrade wrote, ${backup}, is not there any more.`;
};

/**
 * The way back is open as long as no migration has taken away what the version before uses.
 *
 * @throws CliError rollback_impossible
 */
export const refuseContracted = (record: UpgradeRecord, migrations: readonly MigrationStatus[], place: Place): void => {
  const contract = migrations.filter(isNew(record)).find(isContract);
  if (!contract) return;
  throw new CliError(
    'rollback_impossible',
    `messox ${record.from ?? 'of before'} cannot work on the database any more`,
    {
      detail: `The migration ${nameOf(contract)} took away what it uses. ${whichBackup(record)}`,
      fixes: restoreCommands(record, place),
    },
  );
};
