import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { bin, emptyFolder, messox, messoxHere, projectFolder } from '../../../testing/messox.ts';
import { testCertificate } from '../../../testing/nginx.ts';
import { keys, messoxInTerminal } from '../../../testing/terminal.ts';
import { dnsRecords, outsideSteps } from './next-steps.ts';

const acme = ['--mode', 'compose', '--domain', 'chat.example.org', '--tls', 'acme', '--email', 'ana@example.org'];
const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('messox init --mode compose', () => {
  it('makes a server without a question, says what comes next, and changes nothing again', async () => {
    const dir = await emptyFolder();
    const { exitCode, stderr, stdout } = await messox(['init', '--yes', ...acme, '--replicas', '3'], { dir });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toMatch(/create +compose\.yaml/);
    expect(stdout).toMatch(/chat\.example\.org\. +A /);
    expect(stdout).toContain('messox up -d');
    expect(await readFile(join(dir, 'compose.yaml'), 'utf8')).toContain('replicas: 3');
    expect(await readFile(join(dir, '.gitignore'), 'utf8')).toContain('secrets/\n');
    expect((await stat(join(dir, '.env'))).mode & 0o777).toBe(0o600);
    const settings = await readFile(join(dir, 'messox.yaml'), 'utf8');
    expect(settings.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect((await messoxHere(['config', 'diff', '--exit-code'], { dir })).exitCode).toBe(0);
    const again = await messoxHere(['init', '--json'], { dir });
    expect(again.exitCode).toBe(0);
    expect(json(again.stdout)).toMatchObject({ created: false, project: 'messox-chat-example-org' });
  });

  it.each([
    [['--mode', 'compose'], '--domain'],
    [['--mode', 'compose', '--domain', 'chat.example.org'], '--email'],
    [['--mode', 'compose', '--domain', 'chat.example.org', '--tls', 'files', '--key', '/k'], '--certificate'],
  ])('names the option that is missing after %j', async (args, flag) => {
    const dir = await emptyFolder();
    const { exitCode, stderr } = await messoxHere(['init', '--yes', ...args], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('input_needed');
    expect(stderr).toContain(flag);
    expect(await readdir(dir)).toEqual([]);
  });

  it.each([
    [['--mode', 'compose', '--domain', 'https://x.org', '--tls', 'proxy'], 'deploy.domain'],
    [['--mode', 'compose', '--domain', 'x.org', '--tls', 'acme', '--email', 'ana'], 'deploy.tls.email'],
    [[...acme, '--port', '9000'], '--port'],
    [['--domain', 'chat.example.org'], '--domain'],
  ])('refuses %j', async (args, word) => {
    const dir = await emptyFolder();
    const { exitCode, stderr } = await messoxHere(['init', '--yes', ...args], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(word);
    expect(await readdir(dir)).toEqual([]);
  });

  it('needs no name for this machine alone', async () => {
    const dir = await emptyFolder();
    const { exitCode, stdout } = await messoxHere(['init', '--yes', '--mode', 'compose', '--tls', 'off', '--json'], {
      dir,
    });
    expect(exitCode).toBe(0);
    expect(json(stdout)).toMatchObject({ created: true, dns: [] });
  });

  it('does not make an embedded server another one', async () => {
    const dir = await projectFolder();
    const before = await readdir(dir);
    const { exitCode, stderr } = await messoxHere(['init', '--yes', ...acme], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('another mode');
    expect(await readdir(dir)).toEqual(before);
  });

  it('makes what containers read readable, and secrets not, whatever the umask is', async () => {
    const dir = await emptyFolder();
    const words = ['-c', 'umask 077; exec "$@"', 'sh', process.execPath, bin, 'init', '--yes', ...acme];
    const { exitCode } = await execa('sh', words, { cwd: dir, reject: false });
    expect(exitCode).toBe(0);
    const modes = await Promise.all(
      [
        'messox.yaml',
        'nginx',
        'nginx/nginx.conf',
        'nginx/server.d',
        'nginx/server.d/own.conf',
        'postgres',
        'postgres/pg_hba.conf',
        'secrets',
        '.env',
        '.messox',
      ].map(async (path) => [path, ((await stat(join(dir, path))).mode & 0o777).toString(8)] as const),
    );
    expect(Object.fromEntries(modes)).toEqual({
      'messox.yaml': '644',
      nginx: '755',
      'nginx/nginx.conf': '644',
      'nginx/server.d': '755',
      'nginx/server.d/own.conf': '644',
      postgres: '755',
      'postgres/pg_hba.conf': '644',
      secrets: '700',
      '.env': '600',
      '.messox': '700',
    });
  });

  it('leaves files of others alone', async () => {
    const dir = await emptyFolder();
    await writeFile(join(dir, 'compose.yaml'), 'services: {}\n');
    const { exitCode, stderr } = await messoxHere(['init', '--yes', ...acme], { dir });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('compose.yaml.new');
    expect(await readFile(join(dir, 'compose.yaml'), 'utf8')).toBe('services: {}\n');
  });
});

describe.skipIf(process.platform !== 'linux')('messox init --mode compose in a terminal', () => {
  it('asks for what the options do not say', async () => {
    const dir = await emptyFolder();
    const { exitCode, output } = await messoxInTerminal(['init', '--mode', 'compose', '--tls', 'acme'], {
      dir,
      steps: [
        { wait: 'By which name', type: `chat.example.org${keys.enter}` },
        { wait: "Where may Let's Encrypt write to", type: `ana@example.org${keys.enter}` },
        { wait: 'Who may make an account?', type: `${keys.down}${keys.enter}` },
        { wait: 'Make these files?', type: keys.enter },
      ],
    });
    expect(exitCode, output).toBe(0);
    const settings = await readFile(join(dir, 'messox.yaml'), 'utf8');
    expect(settings).toContain('domain: chat.example.org');
    expect(settings).toContain('email: ana@example.org');
    expect(settings).toContain('registration: closed');
  });

  it('asks what runs the server first', async () => {
    const dir = await emptyFolder();
    const { exitCode, output } = await messoxInTerminal(['init'], {
      dir,
      steps: [
        { wait: 'What runs the server?', type: `${keys.down}${keys.enter}` },
        { wait: 'By which name', type: `chat.example.org${keys.enter}` },
        { wait: 'Where does TLS come from?', type: keys.ctrlC },
      ],
    });
    expect(exitCode, output).toBe(130);
    expect(await readdir(dir)).toEqual([]);
  });

  it('asks for a certificate, and takes the key that stands beside it', async () => {
    const dir = await emptyFolder();
    const { certificatePath, keyPath } = await testCertificate('chat.example.org', await emptyFolder('tls'));
    const alone = await emptyFolder('alone');
    await copyFile(certificatePath, join(alone, 'x.pem'));
    const args = ['init', '--mode', 'compose', '--tls', 'files', '--domain', 'chat.example.org'];
    const { exitCode, output } = await messoxInTerminal(args, {
      dir,
      steps: [
        { wait: 'Which file is the certificate?', type: `/nowhere/x.pem${keys.enter}` },
        { wait: 'There is no file /nowhere/x.pem', type: `${keys.clear}${join(alone, 'x.pem')}${keys.enter}` },
        { wait: 'No key stands beside it', type: `${keys.clear}${certificatePath}${keys.enter}` },
        { wait: 'Who may make an account?', type: keys.enter },
        { wait: 'Make these files?', type: keys.enter },
      ],
    });
    expect(exitCode, output).toBe(0);
    const settings = await readFile(join(dir, 'messox.yaml'), 'utf8');
    expect(settings).toContain(`certificate: ${certificatePath}`);
    expect(settings).toContain(`key: ${keyPath}`);
  });

  it('offers a proxy where TLS comes from', async () => {
    const dir = await emptyFolder();
    const { exitCode, output } = await messoxInTerminal(['init', '--mode', 'compose', '--domain', 'a.org'], {
      dir,
      steps: [{ wait: 'A proxy of yours in front', type: keys.ctrlC }],
    });
    expect(exitCode, output).toBe(130);
    expect(output).toContain('Where does TLS come from?');
  });

  it('makes nothing after Ctrl-C', async () => {
    const dir = await emptyFolder();
    const { exitCode } = await messoxInTerminal(['init', ...acme], {
      dir,
      steps: [{ wait: 'Who may make an account?', type: keys.ctrlC }],
    });
    expect(exitCode).toBe(130);
    expect(await readdir(dir)).toEqual([]);
  });
});

describe('what is to be done outside', () => {
  it('are DNS records of addresses that lead here', () => {
    const addresses = ['10.0.0.4', '203.0.113.7', 'fd00::1', '2001:db8::7', '172.17.0.1'];
    expect(dnsRecords('chat.example.org', addresses)).toEqual([
      { name: 'chat.example.org', type: 'A', value: '203.0.113.7' },
      { name: 'chat.example.org', type: 'AAAA', value: '2001:db8::7' },
    ]);
    expect(dnsRecords('chat.example.org', ['10.0.0.4'])).toMatchObject([{ type: 'A' }]);
  });

  it('are lines of the proxy, or ports of the firewall', async () => {
    const dir = await emptyFolder();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(8080, '0.0.0.0', resolve).once('error', () => resolve()));
    const args = ['init', '--yes', '--mode', 'compose', '--domain', 'a.org', '--tls', 'proxy'];
    const { stdout } = await messoxHere(args, { dir });
    taken.close();
    expect(stdout).toMatch(/https:\/\/a\.org to http:\/\/127\.0\.0\.1:(?!8080)\d+/);
    expect(outsideSteps({ domain: 'a.org', tls: { mode: 'off' } } as never)).toEqual([]);
  });
});
