import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeStack } from '../testing/fake-docker/stack.ts';
import { emptyFolder, messox, messoxHere } from '../testing/messox.ts';
import { start } from '../testing/server.ts';

const acme = ['--mode', 'compose', '--domain', 'a.org', '--tls', 'acme', '--email', 'ana@a.org'];

it('a command that has to ask names what answers it, where there is no terminal', { timeout: 300_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const env = docker.env;
  /** Nothing is ever written to its stdin, which stays open. */
  const refuses = async (words: string, fix: string, where = dir): Promise<void> => {
    const before = structuredClone(docker.state.containers);
    const asked = start(words.split(' '), { dir: where, env });
    expect(await asked.ended, asked.output()).toBe(2);
    expect(asked.output()).toContain(fix);
    expect(docker.state.containers).toEqual(before);
    expect(existsSync(join(where, '.messox', 'lock'))).toBe(false);
  };
  const run = async (...words: string[]): Promise<void> => {
    const { exitCode, stderr } = await messox(words, { dir, env });
    expect(exitCode, stderr).toBe(0);
  };

  const empty = await emptyFolder();
  await refuses('up', 'fix   messox up --yes', empty);
  await refuses('init', '--yes', empty);
  await refuses(`init ${acme.join(' ')}`, 'Answer it with --yes', empty);

  await run('up', '-d');
  await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });
  await refuses('upgrade', 'Answer it with --yes');
  await refuses('uninstall --delete-data --yes', '--confirm messox-');
  await run('backup', 'backup.tar.gz');
  await run('down');
  await refuses('restore backup.tar.gz --replace', 'Answer it with --yes');
});
