import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { messox, messoxHere, projectFolder } from '../testing/messox.ts';
import { postgresIn, startServer } from '../testing/server.ts';
import { keys, messoxInTerminal } from '../testing/terminal.ts';
import type { CheckReport } from './check.ts';

const guide = fileURLToPath(new URL('../../../../docs/start/modules.md', import.meta.url));

/** A block of this language in the guide, counted from 0. */
const blockOf = async (language: string, index = 0): Promise<string> =>
  [...(await readFile(guide, 'utf8')).matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))][index]?.[1] ?? '';

const write = async (dir: string, name: string, file: string, text: string): Promise<void> => {
  await mkdir(join(dir, 'modules', name), { recursive: true });
  await writeFile(join(dir, 'modules', name, file), text);
};

/** The module of the guide, as the guide makes it. */
const makeGuestbook = async (dir: string): Promise<void> => {
  const made = await messoxHere(['module', 'new', 'guestbook'], { dir });
  expect(made.exitCode, made.stderr).toBe(0);
};

const look = async (dir: string): Promise<CheckReport | undefined> => {
  const { stdout } = await messoxHere(['doctor', 'config', '--json'], { dir });
  return (JSON.parse(stdout) as { checks: CheckReport[] }).checks.find(({ id }) => id === 'modules');
};

const call = async (url: string, method: string, path: string, body?: unknown, token?: string) => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown> };
};

const register = async (url: string, username: string) => {
  const { body } = await call(url, 'POST', '/api/v1/auth/register', { username, password: 'correct horse' });
  return { token: String(body.accessToken), id: (body.user as { id: number }).id };
};

describe('a module of the administrator', () => {
  it('is loaded, answers, keeps what it is told and hears of what happens', { timeout: 180_000 }, async () => {
    const dir = await projectFolder('--port', '0');
    await makeGuestbook(dir);
    const own = (path: string): Promise<string> => readFile(join(dir, 'modules', 'guestbook', path), 'utf8');
    expect(await own('index.mjs')).toBe(await blockOf('js'));
    expect(await own('migrations/0001-entries.sql')).toBe(await blockOf('sql'));
    await write(dir, 'blockcount', 'index.mjs', await blockOf('js', 1));
    const greeting = ['config', 'set', 'modules.guestbook.greeting', 'Oi'];
    expect((await messoxHere(greeting, { dir })).exitCode).toBe(0);
    expect(await look(dir)).toMatchObject({
      status: 'ok',
      why: 'can be loaded: modules/blockcount/index.mjs, modules/guestbook/index.mjs',
    });

    const server = await startServer({ dir });
    const { url } = server.state;
    const [ana, bob] = [await register(url, 'ana'), await register(url, 'bob')];
    const signed = await call(url, 'POST', '/api/v1/guestbook', { text: 'I was here' }, ana.token);
    expect(signed).toEqual({ status: 201, body: { id: 1, greeting: 'Oi' } });
    expect((await call(url, 'POST', '/api/v1/guestbook', { text: '' }, ana.token)).status).toBe(400);
    expect((await call(url, 'PUT', `/api/v1/blocks/${bob.id}`, undefined, ana.token)).status).toBeLessThan(300);
    expect((await call(url, 'GET', '/api/v1/guestbook')).body).toEqual({ entries: ['I was here'] });
    expect((await call(url, 'GET', '/api/v1/blockcount')).body).toEqual({ seen: 1 });
    const tried = await execa(process.execPath, ['--test', join(dir, 'modules', 'guestbook', 'index.test.mjs')], {
      env: { MESSOX_URL: url, NODE_OPTIONS: '' },
      reject: false,
    });
    expect(tried.exitCode, tried.stdout).toBe(0);
    const list = await messox(['module', 'list', '--json'], { dir });
    expect(JSON.parse(list.stdout)).toMatchObject({
      modules: expect.arrayContaining([
        expect.objectContaining({
          name: 'guestbook',
          from: 'modules/guestbook/index.mjs',
          state: 'loads',
          migrations: { count: 1, pending: 0 },
          settings: { count: 1, set: 1, problems: [] },
        }),
        expect.objectContaining({ name: 'blockcount', needs: ['blocks'], version: null }),
        expect.objectContaining({ name: 'accounts', from: 'messox' }),
      ]) as unknown,
    });
    const openApi = (await call(url, 'GET', '/api/openapi.json')).body as { paths: object };
    expect(openApi.paths).toHaveProperty('/api/v1/guestbook');
    const status = await messox(['migrate', 'status', '--json'], { dir });
    expect(JSON.parse(status.stdout)).toMatchObject({
      current: true,
      migrations: expect.arrayContaining([
        expect.objectContaining({ module: 'guestbook', name: 'entries', state: 'applied' }),
      ]) as unknown,
    });
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);

    // Without its tables a backup of it cannot be put back, and with them it is whole.
    const backup = join(dir, 'all.tar.gz');
    expect((await messox(['backup', backup, '--with-secrets'], { dir })).exitCode).toBe(0);
    const other = await projectFolder('--port', '0');
    const refused = await messox(['restore', backup, '--yes'], { dir: other });
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[module_missing]') as string });
    await makeGuestbook(other);
    await write(other, 'blockcount', 'index.mjs', await blockOf('js', 1));
    const restored = await messox(['restore', backup, '--yes', '--json'], { dir: other });
    expect(restored.exitCode, restored.stderr).toBe(0);
    expect(restored.stdout).toContain('{"name":"guestbook_entries","rows":1}');
  });

  it(
    'that fails in setup or takes a name of others ends the start, which leaves nothing behind',
    { timeout: 180_000 },
    async () => {
      const dir = await projectFolder('--port', '0');
      const throwing = (await blockOf('js')).replace('setup: (host) => {', "$& throw new Error('no book');");
      await write(dir, 'guestbook', 'index.mjs', throwing);
      expect(await look(dir)).toMatchObject({ status: 'ok' });
      const failed = await messox(['up'], { dir });
      expect(failed).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('[module_failed]') as string });
      expect(failed.stderr).toContain('modules/guestbook/index.mjs failed when it was set up: no book');
      if (process.platform === 'linux') expect(postgresIn(dir).all).toEqual([]);

      await mkdir(join(dir, 'modules', 'guestbook', 'migrations'));
      await write(dir, 'guestbook', 'migrations/0001-entries.sql', 'create table entries (id int);');
      const greedy = await messox(['up'], { dir });
      expect(greedy).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('[migration_failed]') as string });
      expect(greedy.stderr).toContain('guestbook_entries');
      // Left alone, it is in nobody's way.
      await rename(join(dir, 'modules', 'guestbook'), join(dir, 'modules', '_guestbook'));
      const server = await startServer({ dir });
      expect((await call(server.state.url, 'GET', '/api/v1/guestbook')).status).toBe(404);
      server.child.kill('SIGTERM');
      expect(await server.ended).toBe(0);

      // A backup from before it was there is the whole of what there is afterwards.
      const before = join(dir, 'before.tar.gz');
      expect((await messox(['backup', before], { dir })).exitCode).toBe(0);
      await rm(join(dir, 'modules'), { recursive: true });
      await makeGuestbook(dir);
      const migrated = await messox(['migrate', 'up'], { dir });
      expect(migrated.exitCode, migrated.stderr).toBe(0);
      await rm(join(dir, 'modules', 'guestbook'), { recursive: true });
      const steps = [
        { wait: 'to go on:', type: `${basename(dir)}${keys.enter}` },
        { wait: 'Go on?', type: `y${keys.enter}` },
      ];
      const { exitCode, output } = await messoxInTerminal(['restore', before, '--replace'], { dir, steps });
      expect(exitCode, output).toBe(0);
      expect(output).toMatch(
        /to go on:[^]*what is in\s+them goes:\s+guestbook_entries[^]*Go on\?[^]*Dropped[^]*guestbook_entries/,
      );
      await makeGuestbook(dir);
      const status = await messox(['migrate', 'status', '--json'], { dir });
      expect(JSON.parse(status.stdout)).toMatchObject({
        migrations: expect.arrayContaining([
          expect.objectContaining({ module: 'guestbook', state: 'pending' }),
        ]) as unknown,
      });
    },
  );
});

describe('a module that cannot be loaded keeps a server from being started, and says why', () => {
  const define = (what: string): string =>
    `import { defineModule, z } from '@messox/server/module';\nexport default defineModule({ ${what} });\n`;

  it.each([
    ['an error of syntax', 'guestbook', 'const = ;', /index\.mjs cannot be loaded: SyntaxError: .*\(index\.mjs:1\)/],
    ['an error when it is loaded', 'guestbook', "\nthrow new Error('broken');", /Error: broken \(index\.mjs:2\)/],
    ['a package that is not installed', 'guestbook', "import 'not-there-at-all';", /Cannot find package/],
    ['no export', 'guestbook', 'export const guestbook = 1;', /exports no module/],
    ['another thing than a module', 'guestbook', 'export default { name: 1 };', /something else than a module/],
    ['another name', 'guestbook', define("name: 'book', contract: 1, setup() {}"), /its folder is called guestbook/],
    ['no contract', 'guestbook', define("name: 'guestbook', setup() {}"), /does not say which module contract/],
    ['a newer contract', 'guestbook', define("name: 'guestbook', contract: 9, setup() {}"), /contract 9.*messox has 1/],
    ['the name of one that comes along', 'accounts', define("name: 'accounts', contract: 1, setup() {}"), /has itself/],
    [
      'a field that there is not',
      'guestbook',
      "import { defineRoute } from '@messox/server/module';\ndefineRoute({ name: 'guestbook.add', sumary: 'x' });",
      /TypeError: route guestbook\.add: there is no field `sumary`; did you mean `summary`\? \(index\.mjs:2\)/,
    ],
    ['a process that it ends', 'guestbook', 'process.exit(0);', /keeps the server from loading/],
  ])('%s', async (_, name, text, why) => {
    const dir = await projectFolder('--port', '0');
    await write(dir, name, 'index.mjs', text);
    const report = await look(dir);
    expect(report).toMatchObject({ status: 'fail', why: expect.stringMatching(why) as string });
    expect(report?.fix).toBeTruthy();
  });

  it('and so does one with settings that it does not have, before anything is started', async () => {
    const dir = await projectFolder('--port', '0');
    await makeGuestbook(dir);
    const settings = join(dir, 'messox.yaml');
    const source = await readFile(settings, 'utf8');
    await writeFile(settings, source.replace(/^modules:$/m, 'modules:\n  guestbook:\n    colour: red'));
    const { exitCode, stderr } = await messoxHere(['up', '-d'], { dir });
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/Own modules: .*colour/);
  });
});
