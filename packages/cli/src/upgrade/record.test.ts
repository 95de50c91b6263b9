import { mkdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Container } from '../docker/containers.ts';
import { runningVersion } from '../docker/server-version.ts';
import { manifestText, sha256 } from '../generated/manifest.ts';
import { projectPaths } from '../project/paths.ts';
import { emptyFolder } from '../testing/messox.ts';
import {
  beginUpgrade,
  continuedUpgrade,
  finishUpgrade,
  lastUpgrade,
  settleUpgrade,
  type StackSnapshot,
  unfinishedUpgrade,
  type UpgradeRecord,
} from './record.ts';
import { namingWhatRuns } from './stack-snapshot.ts';

const record = (from: string, to: string, at = '2026-01-01T00:00:00.000Z'): UpgradeRecord => ({
  from,
  to,
  at,
  backup: null,
  migrations: [],
});

const folder = async (): Promise<string> => {
  const dir = await emptyFolder();
  await mkdir(projectPaths(dir).state);
  return dir;
};

it.each([
  ['some processes are of before', '0.1.0', '0.2.0', true],
  ['all of them are new ones', '0.2.0', '0.2.0', true],
  ['another version goes on', '0.1.0', '0.3.0', true],
  ['nothing runs', undefined, '0.3.0', true],
  ['another command brought it to its end', '0.2.0', '0.3.0', false],
  ['the server is of yet another version', '0.2.5', '0.2.0', false],
])('goes on with an upgrade from 0.1.0 to 0.2.0 that was killed, or not: %s', (_, running, to, isContinued) => {
  expect(continuedUpgrade(record('0.1.0', '0.2.0'), { running, to }) !== undefined).toBe(isContinued);
  expect(continuedUpgrade(undefined, { running, to })).toBe(undefined);
});

it('is settled by a server of one version, which is what one can go back from then', async () => {
  const dir = await folder();
  beginUpgrade(dir, record('0.1.0', '0.2.0'));
  settleUpgrade(dir, '0.3.0');
  expect(unfinishedUpgrade(dir)).toBe(undefined);
  expect(lastUpgrade(dir)).toMatchObject({ from: '0.1.0', to: '0.3.0' });
  beginUpgrade(dir, record('0.3.0', '0.4.0', '2026-02-01T00:00:00.000Z'));
  settleUpgrade(dir, '0.3.0');
  expect(lastUpgrade(dir)).toMatchObject({ from: '0.1.0', to: '0.3.0' });
});

it('goes back to what was there last, and not to one that was left long ago', async () => {
  const dir = await folder();
  finishUpgrade(dir, record('0.2.0', '0.3.0', '2026-02-01T00:00:00.000Z'));
  beginUpgrade(dir, record('0.1.0', '0.2.0'));
  expect(lastUpgrade(dir).from).toBe('0.2.0');
  beginUpgrade(dir, record('0.3.0', '0.4.0', '2026-03-01T00:00:00.000Z'));
  expect(lastUpgrade(dir).from).toBe('0.3.0');
});

it('calls a server that is half replaced by its oldest version', () => {
  const process = (service: string, image: string, state = 'running') => ({ service, image, state }) as Container;
  expect(
    runningVersion([
      process('api', 'chat-server:0.10.0'),
      process('gateway', 'chat-server:0.9.0'),
      process('worker', 'chat-server:0.2.0', 'exited'),
      process('nginx', 'nginx:1.29'),
    ]),
  ).toBe('0.9.0');
  expect(runningVersion([process('api', 'own/image:3'), process('worker', 'chat-server:0.2.0')])).toBe('0.2.0');
  expect(runningVersion([process('api', 'own/image:3')])).toBe(undefined);
});

it('goes back to the image that runs, where a command of the new version has named another before', () => {
  const content = 'services:\n  api:\n    image: chat-server:0.2.0\n  nginx:\n    image: nginx:1.29\n';
  const entry = { sha256: sha256(content), mode: 0o644, version: '0.2.0' };
  const snapshot: StackSnapshot = {
    files: { 'compose.yaml': { content, mode: 0o644 } },
    base: { 'compose.yaml': content },
    beside: {},
    manifest: manifestText({ files: { 'compose.yaml': entry }, made: [] }),
    image: { name: 'chat-server:0.1.0', id: 'sha256:01' },
  };
  const { base, files, manifest } = namingWhatRuns(snapshot);
  const old = content.replace('0.2.0', '0.1.0');
  expect(files['compose.yaml']?.content).toBe(old);
  expect(base['compose.yaml']).toBe(old);
  expect(manifest).toContain(sha256(old));
  expect(namingWhatRuns({ ...snapshot, image: { name: 'own/image:3', id: 'sha256:02' } }).files).toEqual(
    snapshot.files,
  );
});
