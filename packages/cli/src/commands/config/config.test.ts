import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messox, messoxHere, projectFolder } from '../../testing/messox.ts';
import { passForServer } from '../../testing/server-state.ts';

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;
const settingsOf = (dir: string) => readFile(join(dir, 'messox.yaml'), 'utf8');

describe('messox config get', () => {
  it('prints what holds and nothing else', async () => {
    const dir = await projectFolder('--port', '9200');
    expect(await messox(['config', 'get', 'server.port'], { dir })).toEqual({
      stdout: '9200',
      stderr: '',
      exitCode: 0,
    });
    expect((await messoxHere(['config', 'get', 'limits.frameBytes'], { dir })).stdout).toBe('65536');
    expect((await messoxHere(['config', 'get', 'server.allowedOrigins'], { dir })).stdout).toBe('[]');
  });

  it('tells set, default and effective as JSON', async () => {
    const dir = await projectFolder('--port', '9200');
    const { stdout } = await messoxHere(['config', 'get', 'server.port', '--json'], { dir });
    expect(json(stdout)).toEqual({ key: 'server.port', set: 9200, default: 8080, effective: 9200 });
  });

  it.each([
    ['server.prot', 'server.port'],
    ['port', 'server.port'],
    ['prot', 'server.port'],
    ['Server.Port', 'server.port'],
    ['limits.frameByte', 'limits.frameBytes'],
  ])('suggests for %s %s', async (key, near) => {
    const dir = await projectFolder();
    const { stderr, exitCode } = await messoxHere(['config', 'get', key], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`Did you mean ${near}?`);
  });

  it('names where to look for a setting, the limits too', async () => {
    const dir = await projectFolder();
    const { stderr } = await messoxHere(['config', 'set', 'zzz', '1'], { dir });
    expect(stderr).toContain('messox config show (lists all but the limits)');
    expect(stderr).toContain('messox config show limits');
  });

  it('says that a section is none', async () => {
    const dir = await projectFolder();
    expect((await messoxHere(['config', 'get', 'server'], { dir })).stderr).toContain('"server" is a section');
  });
});

describe('messox config set', () => {
  it('changes one value and keeps every other byte', async () => {
    const dir = await projectFolder();
    await appendFile(join(dir, 'messox.yaml'), '# the end   of it\n');
    const before = await settingsOf(dir);
    const { stdout, exitCode } = await messox(['config', 'set', 'server.port', '9300', '--json'], { dir });
    expect(exitCode).toBe(0);
    expect(json(stdout)).toEqual({ key: 'server.port', value: 9300, previous: 8080, changed: true });
    expect(await settingsOf(dir)).toBe(before.replace('port: 8080', 'port: 9300'));
  });

  it('says so when nothing changes', async () => {
    const dir = await projectFolder();
    const { stdout } = await messoxHere(['config', 'set', 'server.port', '8080', '--json'], { dir });
    expect(json(stdout)).toMatchObject({ changed: false });
  });

  it.each([
    ['server.port', ['eighty'], 'a whole number from 0 to 65535'],
    ['server.port', ['65536'], 'a whole number from 0 to 65535'],
    ['server.port', ['80.5'], 'a whole number from 0 to 65535'],
    ['log.level', ['loud'], 'one of debug, info, warn, error'],
    ['modules.accounts.registration', ['close'], 'messox config set modules.accounts.registration closed'],
    ['server.publicUrl', ['chat.example.org'], 'an http or https URL'],
    ['server.allowedOrigins', ['https://a.example', 'nonsense'], 'an http or https URL'],
    ['server.host', [''], 'text that is not empty'],
    ['server.port', ['1', '2'], 'has one value'],
  ])('refuses %s %j and leaves the file', async (key, values, expected) => {
    const dir = await projectFolder();
    const before = await settingsOf(dir);
    const { stderr, exitCode } = await messoxHere(['config', 'set', key, ...values], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(expected);
    expect(await settingsOf(dir)).toBe(before);
  });

  it('puts a new section apart, as the others are', async () => {
    const dir = await projectFolder();
    await messoxHere(['config', 'set', 'limits.registersPerAddress', '100'], { dir });
    expect(await settingsOf(dir)).toMatch(/[^\n]\n\nlimits:\n {2}registersPerAddress: 100\n$/);
  });

  it('takes the items of a list', async () => {
    const dir = await projectFolder();
    await messoxHere(['config', 'set', 'server.allowedOrigins', 'https://a.example', 'https://b.example'], { dir });
    expect((await messoxHere(['config', 'get', 'server.allowedOrigins'], { dir })).stdout).toBe(
      '["https://a.example","https://b.example"]',
    );
    await messoxHere(['config', 'set', 'server.allowedOrigins', '[]'], { dir });
    expect((await messoxHere(['config', 'get', 'server.allowedOrigins'], { dir })).stdout).toBe('[]');
  });

  it('does not write a file that has another error, and tells it as the file has it', async () => {
    const dir = await projectFolder();
    await appendFile(join(dir, 'messox.yaml'), 'servre: 1\n');
    const before = await settingsOf(dir);
    const { stderr, exitCode } = await messoxHere(['config', 'set', 'server.trustedProxies', '1'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`messox.yaml:${before.split('\n').length - 1}:1  servre`);
    expect(await settingsOf(dir)).toBe(before);
  });

  it('mends a file whose only error it replaces', async () => {
    const dir = await projectFolder();
    await writeFile(join(dir, 'messox.yaml'), 'server:\n  port: eighty # ?\n');
    expect((await messoxHere(['config', 'set', 'server.port', '80'], { dir })).exitCode).toBe(0);
    expect(await settingsOf(dir)).toBe('server:\n  port: 80 # ?\n');
  });

  it('warns of an address that the machine does not have', async () => {
    const dir = await projectFolder();
    const { stderr, exitCode } = await messoxHere(['config', 'set', 'server.host', '203.0.113.9'], { dir });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('203.0.113.9 is no address of this machine');
  });
});

describe('the settings of a server that runs', () => {
  it('hold after a restart, or after it was started again where it runs', async () => {
    const dir = await projectFolder('--port', '0');
    passForServer(dir);
    const behind = await messoxHere(['config', 'set', 'log.level', 'debug'], { dir });
    expect(behind.stderr).toContain('To let the new ones hold: messox restart');
    passForServer(dir, { detached: false });
    const here = await messoxHere(['config', 'unset', 'log.level'], { dir });
    expect(here.stderr).toContain('until you stop it (Ctrl-C in its terminal) and start it again');
    expect(here.stderr).not.toContain('restart');
  });

  it('give way to what its start said, which is told', async () => {
    const dir = await projectFolder('--port', '9200');
    passForServer(dir, { port: 9401, options: { port: 9401 } });
    const shown = await messoxHere(['config', 'show', 'server'], { dir });
    expect(shown.stdout).toMatch(/^server\.port +9200 +8080 +9401$/m);
    expect(shown.stderr).toContain('started with --port 9401');
    expect((await messoxHere(['config', 'get', 'server.port'], { dir })).stdout).toBe('9401');
    passForServer(dir, { port: 9401 });
    expect((await messoxHere(['config', 'show', 'server'], { dir })).stderr).toBe(
      'The running server still has the server.port of its start, 9401',
    );
    passForServer(dir, { port: 9401, options: { port: 9401 } });
    const set = await messoxHere(['config', 'set', 'server.port', '9499'], { dir });
    expect(set.stderr).toContain('started with --port 9401');
    expect(set.stderr).toContain('To let the setting hold: messox down, then messox up -d');
    expect((await messoxHere(['config', 'set', 'server.port', '9401'], { dir })).stderr).toBe('');
  });

  it('may name the port that it has', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const dir = await projectFolder('--port', '0');
    const set = () => messoxHere(['config', 'set', 'server.port', String(port)], { dir });
    expect((await set()).stderr).toContain('is in use');
    await messoxHere(['config', 'set', 'server.port', '0'], { dir });
    passForServer(dir, { port, options: { port } });
    expect((await set()).stderr).toBe('');
  });
});

describe('the settings of a server that Docker runs', () => {
  const composeFolder = () => projectFolder('--mode', 'compose', '--tls', 'off');

  it('hold after a restart, or with up where files are generated of them', async () => {
    const dir = await composeFolder();
    const set = async (...words: string[]) => (await messoxHere(['config', 'set', ...words], { dir })).stderr;
    expect(await set('log.level', 'debug')).toContain('takes it with: messox restart');
    for (const words of [
      ['deploy.ports.http', '8081'],
      ['database.connections', '4'],
      ['limits.heartbeatMs', '20000'],
    ])
      expect(await set(...words), words.join(' ')).toContain('with: messox up -d');
    expect(await set('log.level', 'debug')).toBe('');
    const unset = await messoxHere(['config', 'unset', 'log.level'], { dir });
    expect(unset.stderr).toContain('takes it with: messox restart');
  });

  it('are written and told of where they have no effect', async () => {
    const dir = await composeFolder();
    const set = (...words: string[]) => messoxHere(['config', 'set', 'server.port', ...words], { dir });
    const { exitCode, stderr, stdout } = await set('9000');
    expect([exitCode, stderr]).toEqual([0, '']);
    const told = stdout.replaceAll(/\s+/g, ' ');
    expect(told).toContain('⚠ server.port is now 9000 in messox.yaml, and has no effect: nginx listens');
    expect(told).toContain('messox config set deploy.ports.http 8080');
    expect(await settingsOf(dir)).toContain('port: 9000');
    expect(json((await set('9001', '--json')).stdout)).toMatchObject({
      changed: true,
      ignored: expect.stringContaining('deploy.ports.http') as string,
    });
  });
});

describe('messox config unset', () => {
  it('goes back to the default', async () => {
    const dir = await projectFolder('--port', '9400');
    const { stdout } = await messoxHere(['config', 'unset', 'server.port', '--json'], { dir });
    expect(json(stdout)).toEqual({ key: 'server.port', default: 8080, changed: true });
    expect((await messoxHere(['config', 'get', 'server.port'], { dir })).stdout).toBe('8080');
    expect(json((await messoxHere(['config', 'unset', 'server.port', '--json'], { dir })).stdout)).toMatchObject({
      changed: false,
    });
  });
});

describe('messox config show', () => {
  it('has set, default and effective, and no secret', async () => {
    const dir = await projectFolder('--port', '9500');
    const { stdout, exitCode } = await messoxHere(['config', 'show'], { dir });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^server\.port +9500 +8080 +9500$/m);
    expect(stdout).toMatch(/^MESSOX_TOKEN_KEY +\*{6} +- +\*{6}$/m);
    expect(stdout).toMatch(/limits are as the defaults have them/);
  });

  it('shows every limit when asked', async () => {
    const dir = await projectFolder();
    expect((await messoxHere(['config', 'show', 'limits'], { dir })).stdout).toMatch(
      /^limits\.frameBytes +- +65536 +65536$/m,
    );
  });
});

describe('messox config validate', () => {
  it('is content with what init makes', async () => {
    const dir = await projectFolder('--port', '0');
    expect(json((await messoxHere(['config', 'validate', '--json'], { dir })).stdout)).toEqual({ valid: true });
  });

  it('names a port in use with its line and who has it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const dir = await projectFolder('--port', String(port));
    const { stdout, exitCode } = await messoxHere(['config', 'validate', '--json'], { dir });
    expect(exitCode).toBe(2);
    const line = (await settingsOf(dir)).split('\n').findIndex((text) => text.includes('port:')) + 1;
    expect(json(stdout)).toMatchObject({
      error: {
        code: 'settings_invalid',
        problems: [{ line, key: 'server.port', message: expect.stringContaining(`port ${port} is in use`) as string }],
      },
    });
    if (process.platform === 'linux') expect(stdout).toContain(`pid ${process.pid}`);
  });

  it('shows a line that cannot be read, and says why without words of YAML', async () => {
    const dir = await projectFolder();
    await writeFile(join(dir, 'messox.yaml'), 'server:\n  allowedOrigins: [https://a.example\n  port: 80\n');
    const { stderr, exitCode } = await messoxHere(['config', 'validate'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      [
        '  messox.yaml:2:19  the [ that is opened here is not closed; write a ] where the value ends',
        '    2 |   allowedOrigins: [https://a.example',
        '      |                   ^',
      ].join('\n'),
    );
  });

  it('says that there is no server in the folder', async () => {
    const dir = await projectFolder();
    const { stderr, exitCode } = await messox(['config', 'validate', '--dir', 'nowhere'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('settings_missing');
    expect(stderr).toContain('messox init');
  });
});
