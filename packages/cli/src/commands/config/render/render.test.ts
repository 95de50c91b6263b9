import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, messox, messoxHere, projectFolder } from '../../../testing/messox.ts';

const settings = 'mode: compose\ndeploy: { domain: chat.example.org, tls: { mode: proxy }, memoryMb: 4096 }\n';
const composeFolder = async (name?: string): Promise<string> => {
  const dir = await emptyFolder(name);
  await writeFile(join(dir, 'messox.yaml'), settings);
  return dir;
};
const read = (dir: string, path: string) => readFile(join(dir, path), 'utf8');
const json = (text: string) =>
  JSON.parse(text) as { files: { path: string; action: string }[] } & Record<string, unknown>;
const secretsOf = async (dir: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(join(dir, 'secrets'))).map(async (name) => [name, await read(dir, `secrets/${name}`)]),
    ),
  ) as Record<string, string>;

describe('messox config render', () => {
  it('writes files and secrets, in a folder with spaces, and changes nothing again', async () => {
    const dir = await composeFolder('my chat');
    const first = await messox(['config', 'render', '--json'], { dir });
    expect(first.exitCode).toBe(0);
    expect(json(first.stdout)).toMatchObject({ changed: true, dir });
    const secrets = await secretsOf(dir);
    const password = secrets['database-password'] ?? '';
    expect(password).toMatch(/^[\w-]{43}$/);
    expect(secrets).toMatchObject({
      'app-api-key': '',
      'token-key': expect.stringMatching(/^[\w-]{43}$/) as string,
      'database-url': `postgres://messox:${password}@postgres:5432/messox`,
      'amqp-url': `amqp://messox:${secrets['rabbitmq-password'] ?? ''}@rabbitmq:5672/messox`,
    });
    expect((await stat(join(dir, 'secrets'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, '.env'))).mode & 0o777).toBe(0o600);
    expect(await read(dir, '.env')).toContain('COMPOSE_PROJECT_NAME=messox-chat-example-org');
    const again = await messox(['config', 'render', '--json'], { dir });
    expect(json(again.stdout)).toMatchObject({ changed: false });
    expect(await secretsOf(dir)).toEqual(secrets);
  });

  it('shows no secret, and puts none into what it generates', async () => {
    const dir = await composeFolder();
    const outputs = [
      await messox(['config', 'render', '-v'], { dir }),
      await messox(['config', 'diff', '--json'], { dir }),
    ];
    const secrets = Object.values(await secretsOf(dir)).filter((value) => value !== '');
    const texts = await Promise.all(
      (await readdir(dir, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('secrets'))
        .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
    );
    for (const text of [...outputs.flatMap(({ stderr, stdout }) => [stdout, stderr]), ...texts])
      for (const secret of secrets) expect(text).not.toContain(secret);
    expect(secrets).toHaveLength(6);
  });

  it.runIf(process.getuid?.() === 0)('gives each secret to the user that reads it, as root', async () => {
    const dir = await composeFolder();
    await messoxHere(['config', 'render'], { dir });
    const facts = async (name: string) => {
      const { mode, uid } = await stat(join(dir, 'secrets', name));
      return { mode: mode & 0o777, uid };
    };
    expect(await facts('token-key')).toEqual({ mode: 0o600, uid: 10_001 });
    expect(await facts('database-password')).toEqual({ mode: 0o600, uid: 999 });
    expect(await facts('rabbitmq-password')).toEqual({ mode: 0o600, uid: 0 });
  });

  it('takes over the keys of a server that was embedded, and fills in only what is missing', async () => {
    const dir = await projectFolder();
    const key = /^MESSOX_TOKEN_KEY=(.*)$/m.exec(await read(dir, '.env'))?.[1];
    await writeFile(join(dir, 'messox.yaml'), settings);
    await messoxHere(['config', 'render'], { dir });
    const before = await secretsOf(dir);
    expect(before['token-key']).toBe(key);
    await rm(join(dir, 'secrets', 'amqp-url'));
    await writeFile(join(dir, 'secrets', 'app-api-key'), 'mine');
    await messoxHere(['config', 'render'], { dir });
    expect(await secretsOf(dir)).toEqual({ ...before, 'app-api-key': 'mine' });
  });

  it('makes no new password for a database that has one', async () => {
    const dir = await composeFolder();
    await messoxHere(['config', 'render'], { dir });
    await rm(join(dir, 'secrets', 'database-password'));
    const { exitCode, stderr } = await messoxHere(['config', 'render'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('secrets_missing');
    expect(await readdir(join(dir, 'secrets'))).not.toContain('database-password');
  });

  it('keeps the name of the project when the domain changes', async () => {
    const dir = await composeFolder();
    await messoxHere(['config', 'render'], { dir });
    await messoxHere(['config', 'set', 'deploy.domain', 'talk.example.org'], { dir });
    await messoxHere(['config', 'render'], { dir });
    expect(await read(dir, 'compose.yaml')).toContain('name: messox-chat-example-org\n');
    expect(await read(dir, 'compose.yaml')).toContain('https://talk.example.org');
  });

  it('merges an edit with --yes, and writes beside it where nobody can be asked', async () => {
    const dir = await composeFolder();
    await messoxHere(['config', 'render'], { dir });
    const edited = (await read(dir, 'compose.yaml')).replace('max-size: 10m', 'max-size: 20m');
    await writeFile(join(dir, 'compose.yaml'), edited);
    await messoxHere(['config', 'set', 'deploy.replicas.api', '3'], { dir });
    const asked = await messoxHere(['config', 'render', '--exit-code'], { dir });
    expect(asked.exitCode).toBe(3);
    expect(asked.stderr).toContain('compose.yaml.new');
    expect(await read(dir, 'compose.yaml')).toBe(edited);
    expect((await messoxHere(['config', 'render', '--yes'], { dir })).exitCode).toBe(0);
    const merged = await read(dir, 'compose.yaml');
    expect(merged).toContain('replicas: 3');
    expect(merged).toContain('max-size: 20m');
    expect(await readdir(dir)).not.toContain('compose.yaml.new');
  });

  it('refuses a server that needs no files', async () => {
    const dir = await projectFolder();
    const { exitCode, stderr } = await messoxHere(['config', 'render'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('nothing_to_render');
    expect(await readdir(dir)).not.toContain('compose.yaml');
  });

  it('asks for the URLs of a database and a broker that somebody else runs', async () => {
    const dir = await composeFolder();
    await writeFile(join(dir, 'messox.yaml'), settings.replace('compose', 'external'));
    const { exitCode, stderr } = await messoxHere(['config', 'render'], { dir });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('secrets/database-url');
    expect(await readdir(join(dir, 'secrets'))).toEqual(['app-api-key', 'token-key']);
    expect(await readdir(dir)).not.toContain('postgres');
  });

  it('says that a folder is read-only, and leaves nothing half made', async () => {
    const dir = await composeFolder();
    await chmod(dir, 0o555);
    const { exitCode, stderr } = await messox(['config', 'render'], { dir, unprivileged: true });
    await chmod(dir, 0o755);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('no_permission');
    expect(await readdir(dir)).toEqual(['messox.yaml']);
  });
});

describe('messox config validate', () => {
  it('looks at the secrets of containers, and not at addresses of this machine', async () => {
    const dir = await composeFolder();
    const before = await messoxHere(['config', 'validate'], { dir });
    expect(before).toMatchObject({ exitCode: 2 });
    expect(before.stderr).toContain('messox config render');
    await messoxHere(['config', 'render'], { dir });
    expect(await messoxHere(['config', 'validate'], { dir })).toMatchObject({ exitCode: 0 });
    await writeFile(join(dir, 'messox.yaml'), `${settings}server: { host: 203.0.113.9 }\n`);
    expect(await messoxHere(['config', 'validate'], { dir })).toMatchObject({ exitCode: 0 });
  });
});

describe('messox config diff', () => {
  it('tells what differs, and ends with 3 when asked to', async () => {
    const dir = await composeFolder();
    await messoxHere(['config', 'render'], { dir });
    expect(await messoxHere(['config', 'diff', '--exit-code'], { dir })).toMatchObject({ exitCode: 0 });
    await messoxHere(['config', 'set', 'deploy.replicas.gateway', '5'], { dir });
    await writeFile(join(dir, 'Dockerfile'), `${await read(dir, 'Dockerfile')}LABEL own=1\n`);
    const before = await read(dir, 'compose.yaml');
    const { exitCode, stdout } = await messoxHere(['config', 'diff', '--exit-code'], { dir });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^-\s+replicas: 2\n\+\s+replicas: 5$/m);
    expect(stdout).toMatch(/^\+LABEL own=1$/m);
    expect((await messoxHere(['config', 'diff'], { dir })).exitCode).toBe(0);
    const { stdout: text } = await messoxHere(['config', 'diff', '--json'], { dir });
    expect(JSON.parse(text)).toMatchObject({ drift: true });
    expect((JSON.parse(text) as { files: object[] }).files).toContainEqual(
      expect.objectContaining({ path: 'Dockerfile', state: 'edited' }),
    );
    expect(await read(dir, 'compose.yaml')).toBe(before);
  });
});
