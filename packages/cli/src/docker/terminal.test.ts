import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '@messox/server';
import { expect, it } from 'vitest';
import { columns } from '../output/printable.ts';
import { type FakeStack, fakeStack } from '../testing/fake-docker/stack.ts';
import { messox } from '../testing/messox.ts';
import { keys, messoxInTerminal, type Step } from '../testing/terminal.ts';

/** What is in `.env` beside them is for compose: names, and no secrets. */
const secretsOf = (dir: string): string[] => {
  const files = readdirSync(join(dir, 'secrets')).map((name) =>
    readFileSync(join(dir, 'secrets', name), 'utf8').trim(),
  );
  const env = readFileSync(join(dir, '.env'), 'utf8');
  const values = [...env.matchAll(/^(?!COMPOSE_)\w+=(\S+)/gm)].map(([, value = '']) => value);
  return [...files, ...values].filter((text) => text !== '');
};

/** Makes the database one of which a backup takes a while, and which then says nothing more. */
const makeDatabaseSlow = async ({ state }: FakeStack['docker']): Promise<void> => {
  if (!state.database) throw new Error('There is no database');
  const database = openDatabase(state.database.url);
  await database.sql`create table large as select repeat('x', 1000) as words from generate_series(1, 4000)`;
  await database.close();
  state.database.silentAfterBytes = 1_000_000;
};

it.skipIf(process.platform !== 'linux')(
  'a server in Docker, in a terminal: what Ctrl-C leaves is whole, and no secret is shown',
  { timeout: 300_000 },
  async () => {
    const { dir, docker } = await fakeStack('my chat');
    let printed = '';
    const type = async (words: readonly string[], ...steps: Step[]): Promise<number | null> => {
      const { exitCode, output } = await messoxInTerminal(words, { dir, env: { ...docker.env, NO_COLOR: '1' }, steps });
      printed += output;
      for (const line of output.split(/[\r\n]+/)) expect(columns(line), line).toBeLessThanOrEqual(80);
      expect(existsSync(join(dir, '.messox', 'lock')), output).toBe(false);
      return exitCode;
    };

    expect(await type(['up'], { wait: 'user create --admin', type: keys.ctrlC })).toBe(0);
    expect(docker.state.containers).toEqual([]);

    const up = await messox(['up', '-d', '-v'], { dir, env: docker.env });
    expect(up.exitCode, up.stderr).toBe(0);
    printed += up.stdout + up.stderr;
    const running = structuredClone(docker.state.containers);

    await makeDatabaseSlow(docker);
    expect(await type(['backup'], { wait: 'Table 1 of', type: keys.ctrlC })).toBe(130);
    expect(printed).toContain('no backup was written');
    expect(readdirSync(join(dir, 'backups'))).toEqual([]);

    // New ones do not become healthy.
    docker.state.health = { api: 'starting' };
    expect(await type(['restart'], { wait: 'api: starting 1 beside 1', type: keys.ctrlC })).toBe(130);
    expect(docker.state.containers).toEqual(running);

    expect(await type(['scale', 'api=2'], { wait: 'api: 1 → 2', type: keys.ctrlC })).toBe(130);
    docker.state.health = {};

    docker.state.faults = [{ at: 'compose stop' }];
    expect(await type(['down'], { wait: 'finish their work', type: keys.ctrlC })).toBe(130);
    docker.state.faults = [];
    expect(await type(['down'])).toBe(0);
    expect(docker.state.containers).toEqual([]);

    docker.state.health = { postgres: 'starting' };
    expect(await type(['backup'], { wait: 'PostgreSQL is started', type: keys.ctrlC })).toBe(130);
    expect(readdirSync(join(dir, 'backups'))).toEqual([]);

    expect(printed).toContain('messox down');
    for (const secret of secretsOf(dir)) expect(printed).not.toContain(secret);
  },
);
