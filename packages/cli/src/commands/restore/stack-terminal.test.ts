import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDatabase } from '@messox/server';
import { expect, it } from 'vitest';
import { fakeStack } from '../../testing/fake-docker/stack.ts';
import { messox, messoxHere } from '../../testing/messox.ts';
import { messoxInTerminal } from '../../testing/terminal.ts';

const conf = (dir: string): string => readFileSync(join(dir, 'nginx', 'messox.conf'), 'utf8');

const addModule = async (url: string): Promise<void> => {
  const database = openDatabase(url);
  await database.sql.unsafe(`
    create table guest_book_entries (id int);
    insert into guest_book_entries values (1);
    insert into messox_migrations (module, number, name, checksum) values ('guest-book', 1, 'entries', '')`);
  await database.close();
};

it.skipIf(process.platform !== 'linux')(
  'asks on lines of their own, and leaves a stack as it was where the answer is no, or the database refuses',
  { timeout: 240_000 },
  async () => {
    const { dir, docker } = await fakeStack();
    const file = join(dir, 'chat.tar.gz');
    for (const words of [['up', '-d'], ['backup', file, '--with-secrets'], ['down']]) {
      const { exitCode, stderr } = await messox(words, { dir, env: docker.env });
      expect(exitCode, stderr).toBe(0);
    }
    await addModule(docker.state.database?.url ?? '');
    await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });
    await messoxHere(['config', 'set', 'deploy.images.node', 'node:99-slim'], { dir });
    const [before, images] = [conf(dir), docker.state.images];
    const tokenKey = join(dir, 'secrets', 'token-key');
    const key = readFileSync(tokenKey);
    rmSync(tokenKey);
    const name = basename(dir);
    const { exitCode, output } = await messoxInTerminal(['restore', file, '--replace'], {
      dir,
      env: { ...docker.env, NO_COLOR: '1' },
      steps: [
        // It may be broken at any later word.
        { wait: 'All accounts and messages', type: `${name}\r` },
        { wait: 'Go on?', type: 'n\r' },
      ],
    });
    expect(exitCode, output).toBe(8);
    // A line of progress is gone before a question is there.
    expect(output).toMatch(/Verifying: [^\r\n]*\r\? All accounts/);
    expect(docker.state.containers).toEqual([]);
    expect(docker.state.images).toMatchObject(images);
    expect(conf(dir)).toBe(before);
    expect(existsSync(tokenKey)).toBe(false);
    writeFileSync(tokenKey, key);

    // PostgreSQL that ran alone goes on, by the files of before.
    const backup = await messox(['backup'], { dir, env: docker.env });
    expect(backup.exitCode, backup.stderr).toBe(0);
    const running = docker.state.containers.map(({ image, service, state }) => ({ image, service, state }));
    expect(running).toMatchObject([{ service: 'postgres', state: 'running' }]);
    await messoxHere(['config', 'set', 'deploy.images.postgres', 'postgres:18.99'], { dir });
    const refused = await messox(['restore', file], { dir, env: docker.env });
    expect(refused.exitCode, refused.stderr).toBe(4);
    expect(docker.state.containers).toMatchObject(running);
    expect(docker.calls).toContain('compose up --detach --no-deps --no-build postgres');
  },
);
