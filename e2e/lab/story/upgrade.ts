import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from './check.ts';
import { docker, runningContainers } from './docker.ts';
import type { Messox } from './messox.ts';

interface Upgraded {
  readonly messox: Messox;
  readonly dir: string;
  readonly project: string;
}

const serverIds = async (project: string): Promise<string[]> =>
  (await runningContainers(project))
    .filter(({ service }) => ['api', 'gateway', 'worker'].includes(service))
    .map(({ id }) => id)
    .sort();

/** What an upgrade keeps the image of before as. */
const keptImage = (project: string): Promise<string> =>
  docker('images', '--quiet', '--no-trunc', '--filter', `reference=${project}-server:previous`);

/** No process of the api becomes healthy with this. */
const neverHealthy = '  api: { healthcheck: { test: ["CMD", "false"], interval: 1s, retries: 1, start_period: 0s } }';

/** Makes the api of the folder ill, until the answer is called. */
const makeIll = async (dir: string): Promise<() => Promise<void>> => {
  const path = join(dir, 'compose.override.yaml');
  const before = await readFile(path, 'utf8');
  const has = /^services:$/m.test(before);
  await writeFile(
    path,
    has ? before.replace(/^services:$/m, `services:\n${neverHealthy}`) : `services:\n${neverHealthy}\n`,
  );
  return () => writeFile(path, before);
};

/** An upgrade whose new processes do not become healthy, one whose do, and the way back. What is new is a line of nginx. */
export const upgrade = async ({ dir, messox, project }: Upgraded): Promise<void> => {
  const conf = () => readFile(join(dir, 'nginx', 'messox.conf'), 'utf8');
  const [old, oldConf] = [await serverIds(project), await conf()];
  const oldImage = await docker('inspect', '--format', '{{.Image}}', old[0] ?? '');
  await messox.run(dir, ['config', 'set', 'deploy.limits.bodyMb', '21']);

  const heal = await makeIll(dir);
  const wrong = await messox.try(dir, ['upgrade', '--yes', '--skip-backup', '--wait-timeout', '120']);
  await heal();
  check(wrong.exitCode === 6 && wrong.stderr.includes('[upgrade_undone]'), `It was not undone: ${wrong.stderr}`);
  check((await serverIds(project)).join() === old.join(), 'A failed upgrade has replaced a process');
  check((await conf()) === oldConf, 'A failed upgrade has left its files');

  check((await keptImage(project)) === '', 'A failed upgrade has left an image to go back to');

  const done = await messox.json(dir, ['upgrade', '--yes', '--wait-timeout', '300']);
  check(typeof done.backup === 'string', 'The upgrade has made no backup');
  check((await conf()) !== oldConf, 'The files of the new version are not there');
  const upgraded = await serverIds(project);
  check(
    upgraded.every((id) => !old.includes(id)),
    'Not every process was replaced',
  );

  check((await keptImage(project)) === oldImage, 'The image of before is not kept');

  await messox.run(dir, ['upgrade', '--rollback', '--yes', '--wait-timeout', '300']);
  check((await conf()) === oldConf, 'The files of before are not back');
  check((await keptImage(project)) === '', 'An image is kept that is gone back to');
  await messox.run(dir, ['config', 'unset', 'deploy.limits.bodyMb']);
};
