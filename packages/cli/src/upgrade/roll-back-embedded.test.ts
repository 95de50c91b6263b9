import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationStatus } from '@messox/server';
import { expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import type { UpgradeRecord } from './record.ts';
import { findWayBack } from './roll-back-embedded.ts';

const record: UpgradeRecord = {
  from: '0.1.0',
  to: '0.2.0',
  at: '2026-01-01T00:00:00.000Z',
  backup: null,
  migrations: ['accounts 1'],
};
const applied = (number: number, name: string): MigrationStatus => ({
  module: 'accounts',
  number,
  name,
  state: 'applied',
  appliedAt: '2026-01-01T00:00:00.000Z',
});
const migrations = [applied(1, 'accounts'), applied(2, 'more')];

it('leads back by commands that can be typed, as the server was started', async () => {
  const dir = await emptyFolder();
  const place = { dir, env: { MESSOX_DIR: dir, MESSOX_COMMAND: 'messox' } };
  const facts = { place, from: '0.1.0', record, migrations, isInstalled: false };
  const background = findWayBack({ ...facts, state: { detached: true } });
  expect(background.commands).toEqual(['messox down', 'npx messox@0.1.0 up -d']);
  expect(background.notes[0]).toBe('The upgrade to 0.2.0 has only added to it (accounts 0002-more).');
  expect(findWayBack({ ...facts, state: undefined, isInstalled: true }).commands).toEqual([
    'npm install messox@0.1.0',
    'npx messox@0.1.0 up -d',
  ]);
  const foreground = findWayBack({ ...facts, state: { detached: false } });
  expect(foreground.commands).toEqual(['npx messox@0.1.0 up']);
  expect(foreground.notes.at(-1)).toContain('systemctl stop');

  // To the backup only where it is still there.
  const backup = join(dir, 'a.tar.gz');
  const withBackup = { ...facts, record: { ...record, backup }, state: undefined };
  expect(findWayBack(withBackup).restore).toEqual([]);
  await writeFile(backup, '');
  expect(findWayBack(withBackup).restore).toEqual([
    'messox down',
    `npx messox@0.1.0 restore ${backup} --replace`,
    'npx messox@0.1.0 up -d',
  ]);
});
