import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createClient, type Client } from '@messox/client';
import { ownedDatabase, startGivenPostgres, testDatabase } from '@messox/server/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder, messox, messoxHere } from '../../testing/messox.ts';
import { start, startServer } from '../../testing/server.ts';

const password = 'correct horse';
const hard = 'tab\t line\nback\\slash \\n \\. "quoted" 👩‍👩‍👧 \u2028';

interface Address {
  readonly path?: string;
  readonly host?: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const urlOf = ({ database, host = '127.0.0.1', password: secret, path, port, user }: Address): string =>
  `postgres://${user}:${secret}@${host}:${port}/${database}${path === undefined ? '' : `?host=${dirname(path)}`}`;

const person = async (url: string, username: string): Promise<{ client: Client; id: number }> => {
  const client = createClient({ url });
  onTestFinished(() => client.close());
  const { id } = await client.register({ username, password });
  return { client, id };
};

const texts = async (client: Client, channelId: number): Promise<string[]> =>
  (await client.api.history(channelId, { limit: 100 })).messages.map(({ text }) => text);

const external = async (env: Readonly<Record<string, string>>): Promise<string> => {
  const dir = await emptyFolder();
  await writeFile(join(dir, 'messox.yaml'), 'mode: external\n');
  expect(env.MESSOX_DATABASE_URL).toBeDefined();
  return dir;
};

describe('messox backup and restore', () => {
  it('take one moment of a server under load, and reset who has seen more', { timeout: 120_000 }, async () => {
    const dir = await emptyFolder();
    const server = await startServer({ dir });
    const { url, port } = server.state;
    const ana = await person(url, 'ana');
    const bruno = await person(url, 'bruno');
    const { id: channelId } = await ana.client.api.openDirect(bruno.id);
    await Promise.all([ana.client.connect(), bruno.client.connect()]);
    await ana.client.send({ channelId, text: hard }).stored;
    const writer = { isOn: true };
    let written = 0;
    const writing = (async () => {
      while (writer.isOn) {
        await ana.client.send({ channelId, text: `number ${(written += 1)}` }).stored;
        await ana.client.send({ channelId, text: 'in between' }).stored;
      }
    })();
    await expect.poll(() => written).toBeGreaterThan(5);
    const before = written;
    const file = join(dir, 'chat.tar.gz');
    const { exitCode, stderr, stdout } = await messox(['backup', file, '--with-secrets', '--json'], { dir });
    expect(exitCode, stderr).toBe(0);
    const done = JSON.parse(stdout.split('\n').at(-1) ?? '') as { event: string; file: string; secrets: boolean };
    expect(done).toMatchObject({ event: 'done', file, secrets: true });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const after = written;
    await expect.poll(() => written).toBeGreaterThan(after + 5);
    writer.isOn = false;
    await writing;
    await ana.client.send({ channelId, text: 'lost' }).stored;
    await ana.client.close();

    const refused = await messox(['restore', file, '--replace', '--yes'], { dir });
    expect({ exitCode: refused.exitCode, stderr: refused.stderr }).toEqual({
      exitCode: 7,
      stderr: expect.stringContaining('messox down') as string,
    });
    server.child.kill('SIGINT');
    await server.ended;

    const elsewhere = join(await emptyFolder(), 'a new one');
    const restored = await messox(['restore', file, '--dir', elsewhere], { dir });
    expect(restored.exitCode, restored.stderr).toBe(0);
    expect(await readFile(join(elsewhere, 'messox.yaml'), 'utf8')).toBe(
      await readFile(join(dir, 'messox.yaml'), 'utf8'),
    );
    expect((await stat(join(elsewhere, '.env'))).mode & 0o777).toBe(0o600);

    // In the place of the old one, at the same address: whoever was connected comes back to it.
    const again = await messox(['restore', file], { dir });
    expect([again.exitCode, again.stderr]).toEqual([4, expect.stringContaining('[database_not_empty]')]);
    const replaced = await messox(['restore', file, '--replace', '--yes'], { dir });
    expect(replaced.exitCode, replaced.stderr).toBe(0);
    const resets: { channelId: number; head: number }[] = [];
    bruno.client.on('reset', (reset) => void resets.push(reset));
    const second = start(['up', '--port', String(port)], { dir });
    await second.writes('Ctrl-C stops it');
    await expect.poll(() => resets.some((reset) => reset.channelId === channelId), { timeout: 40_000 }).toBe(true);
    const { messages } = await bruno.client.api.history(channelId, { limit: 100 });
    const head = resets.find((reset) => reset.channelId === channelId)?.head ?? 0;
    const seqs = messages.map(({ seq }) => seq).sort((a, b) => a - b);
    expect(seqs.at(-1)).toBe(head);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => head - seqs.length + 1 + index));
    const numbers = (await texts(bruno.client, channelId)).flatMap((text) => /^number (\d+)$/.exec(text)?.[1] ?? []);
    const newest = Math.max(...numbers.map(Number));
    expect(newest).toBeGreaterThanOrEqual(before - 1);
    expect(newest).toBeLessThanOrEqual(after + 1);
    expect(await texts(bruno.client, channelId)).not.toContain('lost');
    second.child.kill('SIGINT');
    await second.ended;
  });

  const given = process.env.MESSOX_TEST_POSTGRES;
  const to = given === undefined ? [] : [given];
  it.each(to)(
    'move a server to the PostgreSQL in %s, as a user without rights, and back',
    { timeout: 120_000 },
    async (old) => {
      const dir = await emptyFolder();
      const server = await startServer({ dir });
      const ana = await person(server.state.url, 'ana');
      const { id: channelId } = await ana.client.api.openDirect((await person(server.state.url, 'bruno')).id);
      await ana.client.connect();
      for (const text of [hard, 'Olá!']) await ana.client.send({ channelId, text }).stored;
      await ana.client.close();
      const first = join(dir, 'first.tar.gz');
      expect((await messox(['backup', first, '--with-secrets'], { dir })).exitCode).toBe(0);
      server.child.kill('SIGINT');
      await server.ended;

      const fifteen = await startGivenPostgres(old, 20);
      onTestFinished(() => fifteen.stop());
      const address = await ownedDatabase(fifteen.connection);
      const env = { MESSOX_DATABASE_URL: urlOf(address) };
      const there = await external(env);
      const moved = await messox(['restore', first, '--dir', there], { dir, env });
      expect(moved.exitCode, moved.stderr).toBe(0);
      const wrong = await messox(['backup', '--dir', there], {
        dir,
        env: { MESSOX_DATABASE_URL: urlOf({ ...address, password: 'another' }) },
      });
      expect(wrong.stderr).toContain('[database_refused]');
      expect(wrong.stderr).not.toContain('another@');
      const second = join(dir, 'second.tar.gz');
      const back = await messox(['backup', second, '--dir', there], { dir, env });
      expect(back.exitCode, back.stderr).toBe(0);

      const home = join(await emptyFolder(), 'home');
      const came = await messox(['restore', second, '--dir', home], { dir });
      expect(came.exitCode, came.stderr).toBe(0);
      expect(await readFile(join(home, 'messox.yaml'), 'utf8')).toContain('mode: embedded');
      const last = await startServer({ dir: home });
      const reader = createClient({ url: last.state.url });
      await reader.login({ username: 'ana', password });
      expect((await texts(reader, channelId)).sort()).toEqual([hard, 'Olá!'].sort());
    },
  );

  it('leave everything as it was when they are killed or interrupted', { timeout: 120_000 }, async () => {
    const database = await testDatabase();
    onTestFinished(() => database.drop());
    const env = { MESSOX_DATABASE_URL: urlOf(database.connection) };
    const dir = await external(env);
    const source = await emptyFolder();
    const server = await startServer({ dir: source });
    await person(server.state.url, 'ana');
    const file = join(dir, 'chat.tar.gz');
    expect((await messox(['backup', file, '--dir', source], { dir })).exitCode).toBe(0);
    server.child.kill('SIGINT');
    await server.ended;
    expect((await messox(['restore', file], { dir, env })).exitCode).toBe(0);
    await database.sql`update users set display_name = 'Ana before'`;
    const state = async (): Promise<unknown> => [
      await database.sql`select display_name from users`,
      await database.sql`select epoch from server_state`,
      await database.sql`select nspname from pg_namespace where nspname like 'messox%'`,
    ];
    const before = await state();
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const killing = database.sql.begin(async (sql) => {
        await sql`lock table users in access share mode`;
        const running = start(['restore', file, '--replace', '--yes'], { dir, env });
        await expect
          .poll(
            async () =>
              (
                await database.sql`select from pg_stat_activity where application_name = 'messox writer' and wait_event_type = 'Lock'`
              ).length,
            { timeout: 30_000, interval: 20 },
          )
          .toBe(1);
        running.child.kill(signal);
        const code = await running.ended;
        expect(code).toBe(signal === 'SIGINT' ? 130 : null);
      });
      await killing;
      await expect
        .poll(
          async () =>
            (await database.sql`select from pg_stat_activity where application_name = 'messox writer'`).length,
        )
        .toBe(0);
      expect(await state()).toEqual(before);
    }
    // The same without anything in between.
    expect((await messox(['restore', file, '--replace', '--yes'], { dir, env })).exitCode).toBe(0);
    expect(await state()).not.toEqual(before);
  });

  it('change nothing for an archive that is damaged, and say so', async () => {
    const source = await emptyFolder();
    const file = join(source, 'chat.tar.gz');
    await writeFile(file, 'no archive at all'.repeat(100));
    const target = join(source, 'target');
    const { exitCode, stderr } = await messoxHere(['restore', file], { dir: target });
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('[backup_damaged]')]);
    expect(existsSync(target)).toBe(false);
    expect((await messoxHere(['backup', 'verify', file], { dir: source })).exitCode).toBe(4);
    expect(await readdir(source)).toEqual(['chat.tar.gz']);
  });
});
