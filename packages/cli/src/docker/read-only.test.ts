import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { fakeStack } from '../testing/fake-docker/stack.ts';
import { emptyFolder, messox } from '../testing/messox.ts';

/** For everybody to read, since the containers' users own some of it. */
const makeReadOnly = async (dir: string): Promise<void> => {
  await execa('chmod', ['-R', 'a=rX', dir]);
  onTestFinished(async () => {
    await execa('chmod', ['-R', 'u+w', dir]);
  });
};

it('a folder that cannot be written is named, and nothing is begun in it', { timeout: 300_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const up = await messox(['up', '-d'], { dir, env: docker.env });
  expect(up.exitCode, up.stderr).toBe(0);
  const running = structuredClone(docker.state.containers);
  const elsewhere = await emptyFolder();
  await makeReadOnly(dir);
  const before = readdirSync(dir, { recursive: true });
  const from = docker.calls.length;
  const run = (words: readonly string[]) => messox(words, { dir, env: docker.env, unprivileged: true });
  for (const [words, path] of [
    [['up', '-d'], dir],
    [['config', 'render'], join(dir, '.messox')],
    [['scale', 'api=2'], join(dir, '.messox')],
    [['backup'], join(dir, 'backups')],
    [['backup', 'chat.tar.gz'], join(dir, '.chat.tar.gz')],
  ] as const) {
    const { exitCode, stderr } = await run(words);
    expect([exitCode, stderr]).toEqual([4, expect.stringMatching(/\[(?:no_permission|checks_failed)\]/)]);
    expect(stderr.replaceAll(/\s+/g, ' '), words.join(' ')).toContain(path);
  }
  expect(docker.calls.slice(from).filter((call) => /^compose (?:up|run|build|stop|restart)/.test(call))).toEqual([]);
  expect(docker.state.containers).toEqual(running);
  expect(readdirSync(dir, { recursive: true })).toEqual(before);

  // It is read for a backup, which goes where it can be written.
  const { exitCode, stderr } = await run(['backup', join(elsewhere, 'chat.tar.gz')]);
  expect(exitCode, stderr).toBe(0);
  expect(readdirSync(elsewhere)).toEqual(['chat.tar.gz']);
});
