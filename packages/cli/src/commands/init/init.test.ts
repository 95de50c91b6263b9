import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, messox, projectFolder } from '../../testing/messox.ts';

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;
const contents = async (dir: string) =>
  Promise.all(['messox.yaml', '.env', '.gitignore'].map((name) => readFile(join(dir, name), 'utf8')));

describe('messox init', () => {
  it('makes settings, secrets and .gitignore, and says what comes next', async () => {
    const dir = await emptyFolder();
    const { stdout, stderr, exitCode } = await messox(['init', '--yes', '--port', '9100'], { dir });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('create  messox.yaml');
    expect(stdout).toContain('messox up');
    expect(stdout).toContain('messox user create --admin');
    expect((await stat(join(dir, '.env'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dir, '.gitignore'), 'utf8')).toContain('.env\n');
    expect((await messox(['config', 'get', 'server.port'], { dir })).stdout).toBe('9100');
  });

  it('changes nothing when it runs again', async () => {
    const dir = await projectFolder();
    const before = await contents(dir);
    const { stdout, exitCode } = await messox(['init', '--yes', '--json'], { dir });
    expect(exitCode).toBe(0);
    expect(json(stdout)).toMatchObject({ created: false, dir });
    expect(await contents(dir)).toEqual(before);
    expect((await messox(['init'], { dir })).stdout).toContain('nothing was changed');
  });

  it('makes two servers with different secrets', async () => {
    const [[, a], [, b]] = [await contents(await projectFolder()), await contents(await projectFolder())];
    expect(a).not.toBe(b);
  });

  it('fills in only the secrets that are missing', async () => {
    const dir = await projectFolder();
    await writeFile(join(dir, '.env'), '# mine\nMESSOX_TOKEN_KEY=kept-as-it-is\nMESSOX_DATABASE_PASSWORD=\nOTHER=1\n');
    expect((await messox(['init', '--yes'], { dir })).exitCode).toBe(0);
    const env = await readFile(join(dir, '.env'), 'utf8');
    expect(env).toMatch(/^# mine\nMESSOX_TOKEN_KEY=kept-as-it-is\nMESSOX_DATABASE_PASSWORD=[\w-]{43}\nOTHER=1\n$/);
  });

  it('makes no new secrets where a database has lost its own', async () => {
    const dir = await projectFolder();
    await mkdir(join(dir, 'data', 'postgres'), { recursive: true });
    await rm(join(dir, '.env'));
    const { stderr, exitCode } = await messox(['init', '--yes'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('secrets_missing');
    expect(await readdir(dir)).not.toContain('.env');
  });

  it('leaves files of others alone, and says what they lack', async () => {
    const dir = await emptyFolder();
    await writeFile(join(dir, 'photo.jpg'), 'x');
    await writeFile(join(dir, '.gitignore'), 'node_modules\n');
    const { stderr, exitCode } = await messox(['init', '--yes'], { dir });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('.gitignore does not name .env');
    expect(await readFile(join(dir, '.gitignore'), 'utf8')).toBe('node_modules\n');
  });

  it('makes the folder, also one with spaces, quotes and other scripts in its name', async () => {
    const dir = await emptyFolder();
    const name = "Zoë's chat 聊天";
    const { stdout, exitCode } = await messox(['init', name, '--yes'], { dir });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`messox up --dir 'Zoë'\\''s chat 聊天'`);
    expect((await messox(['config', 'validate', '--dir', name], { dir })).exitCode).toBe(0);
  });

  it('refuses an address that the machine does not have', async () => {
    const dir = await emptyFolder();
    const { stderr, exitCode } = await messox(['init', '--yes', '--host', '203.0.113.9'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('203.0.113.9 is no address of this machine');
    expect(await readdir(dir)).toEqual([]);
  });

  it('writes settings that fit into 80 columns', async () => {
    const dir = await projectFolder();
    const lines = (await readFile(join(dir, 'messox.yaml'), 'utf8')).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('asks for --yes where there is no terminal', async () => {
    const dir = await emptyFolder();
    const { stdout, exitCode } = await messox(['init', '--json'], { dir });
    expect(exitCode).toBe(2);
    expect(json(stdout)).toMatchObject({
      error: { code: 'confirmation_needed', suggestion: expect.stringContaining('--yes') as string },
    });
    expect(await readdir(dir)).toEqual([]);
  });

  it('says that options do nothing to settings that exist', async () => {
    const dir = await projectFolder();
    expect((await messox(['init', '--yes', '--port', '9999'], { dir })).stderr).toContain('messox config set');
  });

  it('names a path that leads through a file', async () => {
    const dir = await emptyFolder();
    await writeFile(join(dir, 'file'), '');
    const { stderr, exitCode } = await messox(['init', 'file/chat', '--yes'], { dir });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('not_a_folder');
  });

  it('says that a folder is read-only', async () => {
    const dir = await emptyFolder();
    await chmod(dir, 0o555);
    const { stderr, exitCode } = await messox(['init', '--yes'], { dir, unprivileged: true });
    await chmod(dir, 0o755);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('no_permission');
    expect(await readdir(dir)).toEqual([]);
  });
});
