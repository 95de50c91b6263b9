import { expect, it } from 'vitest';
import { fakeStack } from '../testing/fake-docker/stack.ts';
import { messox } from '../testing/messox.ts';

it('what is done to a server in Docker is told as it is, one of a kind too', { timeout: 300_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = (...words: string[]) => messox(words, { dir, env: docker.env });
  const told = async (...words: string[]): Promise<string> => {
    const { exitCode, stderr, stdout } = await run(...words);
    expect(exitCode, stderr).toBe(0);
    return `${stderr}${stdout}`;
  };

  const early = await run('migrate', 'up');
  expect([early.exitCode, early.stderr]).toEqual([5, expect.stringContaining('[image_missing]')]);
  expect(early.stderr).toContain('fix   messox up -d');
  expect(docker.calls.filter((call) => /^compose (?:up|run|build)/.test(call))).toEqual([]);

  await told('up', '-d');
  expect(await told('up', '-d')).toContain('nginx: runs as it is to be, and stays');
  expect(await told('scale', 'api=1')).toContain('api: 1 already');
  const restarted = await told('restart');
  expect(restarted).toContain('api: 1 new one is healthy, 1 old one finishes its work');
  expect(restarted).toContain('nobody was turned away');
  await told('migrate', 'up');
});
