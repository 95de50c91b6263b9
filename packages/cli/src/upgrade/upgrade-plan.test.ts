import { describe, expect, it } from 'vitest';
import type { MigrationStatus } from '@messox/server';
import { CliError } from '../errors/cli-error.ts';
import { appliedKeys, refuseContracted, type UpgradeRecord } from './record.ts';
import { majorOf } from '../docker/refuse-other-major.ts';
import { notesBetween, readReleaseNotes, type ReleaseNote } from './release-notes.ts';
import { refuseNoRoom } from './room.ts';
import { findRoute, hasWork, pendingOf } from './upgrade-plan.ts';

const place = { dir: '/srv/chat', env: {} };
const note = (version: string, more: Partial<ReleaseNote> = {}): ReleaseNote => ({
  version,
  notes: [`What ${version} brings.`],
  ...more,
});
const all = [note('0.1.0'), note('0.2.0', { hardStop: true }), note('0.3.0'), note('0.4.0', { contracts: true })];

const fault = (work: () => unknown): CliError => {
  try {
    work();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('It was not refused');
};

describe('the way to a version', () => {
  it('tells what is new since that of the server', () => {
    const versions = (from: string | undefined, to: string) =>
      notesBetween(all, { from, to }).map(({ version }) => version);
    expect(versions('0.2.0', '0.4.0')).toEqual(['0.3.0', '0.4.0']);
    expect(versions('0.4.0', '0.4.0')).toEqual([]);
    expect(versions(undefined, '0.2.0')).toEqual(['0.1.0', '0.2.0']);
  });

  it('leaves out no version that must not be left out', () => {
    expect(findRoute(all, { from: '0.2.0', to: '0.4.0' }, place)).toHaveLength(2);
    expect(findRoute(all, { from: '0.1.0', to: '0.2.0' }, place)).toHaveLength(1);
    const { code, fixes } = fault(() => findRoute(all, { from: '0.1.0', to: '0.4.0' }, place));
    expect(code).toBe('upgrade_hard_stop');
    expect(fixes[0]).toContain('npx messox@0.2.0 upgrade');
  });

  it('never leads back', () =>
    expect(fault(() => findRoute(all, { from: '0.5.0', to: '0.4.0' }, place))).toMatchObject({
      code: 'project_newer',
    }));

  it('is due when anything is to be done', () => {
    const same = { from: '0.4.0', to: '0.4.0', notes: [], pending: [], files: [] };
    expect(hasWork(same)).toBe(false);
    expect(hasWork({ ...same, from: '0.3.0' })).toBe(true);
    expect(hasWork({ ...same, files: ['compose.yaml'] })).toBe(true);
    expect(hasWork({ ...same, pending: [{ module: 'accounts', number: 7, name: 'more' }] })).toBe(true);
  });

  it('is told by a list that can be read, in order', () => {
    const versions = readReleaseNotes().map(({ version }) => version);
    expect(versions.length).toBeGreaterThan(0);
    expect(versions).toEqual([...versions].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
  });
});

const migration = (number: number, name: string, state: MigrationStatus['state']): MigrationStatus => ({
  module: 'accounts',
  number,
  name,
  state,
  ...(state === 'pending' ? {} : { appliedAt: '2026-01-01T00:00:00.000Z' }),
});

describe('the database', () => {
  it('says what is pending, and is refused where this version does not know it', () => {
    const known = [
      migration(1, 'accounts', 'applied'),
      migration(2, 'more', 'pending'),
      migration(3, 'other', 'ahead'),
    ];
    expect(pendingOf(known)).toEqual([{ module: 'accounts', number: 2, name: 'more' }]);
    expect(fault(() => pendingOf([migration(1, 'accounts', 'edited')])).code).toBe('migration_edited');
    expect(fault(() => pendingOf([migration(4, 'contract-drop', 'newer')])).code).toBe('database_newer');
  });

  it('lets one go back until a migration took something away', () => {
    const before = [migration(1, 'accounts', 'applied'), migration(2, 'more', 'pending')];
    const record: UpgradeRecord = {
      from: '0.3.0',
      to: '0.4.0',
      at: '2026-01-01T00:00:00.000Z',
      backup: '/srv/chat/backups/a.tar.gz',
      migrations: appliedKeys(before),
    };
    expect(record.migrations).toEqual(['accounts 1']);
    const expanded = [migration(1, 'accounts', 'applied'), migration(2, 'more', 'applied')];
    expect(() => refuseContracted(record, expanded, place)).not.toThrow();
    const { code, detail, fixes } = fault(() =>
      refuseContracted(record, [...expanded, migration(3, 'contract-drop-nicknames', 'applied')], place),
    );
    expect(code).toBe('rollback_impossible');
    expect(detail).toContain('/srv/chat/backups/a.tar.gz, is not there any more');
    expect(fixes.join('\n')).toMatch(
      /messox down.*npx messox@0\.3\.0 restore \/srv\/chat\/backups\/a\.tar\.gz --replace.*npx messox@0\.3\.0 up -d/s,
    );
  });
});

it.each([
  ['postgres:18', 18],
  ['postgres:18.1-alpine', 18],
  ['images.example.org:5000/postgres:17@sha256:0123', 17],
  ['postgres', undefined],
  ['postgres:latest', undefined],
  ['chat/postgres:1', undefined],
])('the image %s is of PostgreSQL %s', (image, major) => expect(majorOf(image)).toBe(major));

it('needs room for what it writes, and for everybody else', () => {
  const need = { what: 'The backup', bytes: 1_000_000_000, folder: '/srv', freeBytes: 1_500_000_000 };
  expect(() => refuseNoRoom([need, { ...need, freeBytes: undefined }])).not.toThrow();
  expect(fault(() => refuseNoRoom([{ ...need, freeBytes: 1_050_000_000 }]))).toMatchObject({ code: 'checks_failed' });
});
