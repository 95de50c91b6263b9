import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { proxyKinds } from '../../../stack/proxy-snippets.ts';
import { emptyFolder, messoxHere, projectFolder } from '../../../testing/messox.ts';
import { nginxMissing, testCertificate, testNginxes } from '../../../testing/nginx.ts';

const domain = 'chat.example.org';
const print = (dir: string, ...words: string[]) => messoxHere(['config', 'print', ...words], { dir });

const composeFolder = async (tls = 'proxy'): Promise<string> => {
  const dir = await emptyFolder();
  const deploy = `{ domain: ${domain}, tls: { mode: ${tls} }, ports: { http: 8090 } }`;
  await writeFile(join(dir, 'messox.yaml'), `mode: compose\ndeploy: ${deploy}\n`);
  return dir;
};

describe('messox config print systemd', () => {
  it('prints the unit alone, and says where it belongs', async () => {
    const dir = await projectFolder();
    const { exitCode, stderr, stdout } = await print(dir, 'systemd', '--user', 'chat');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^# Made by messox\..*\n\[Unit\]\n/);
    expect(stdout).toContain(`WorkingDirectory=${dir}\n`);
    expect(stdout).toMatch(new RegExp(`ExecStart="${process.execPath}" ".*/bin/messox.js" "up" "--no-input"`));
    expect(stdout).toContain('User=chat\n');
    expect(stderr).toContain('/etc/systemd/system/messox.service');
    expect(stderr).toContain('chown -R chat:');
  });

  it('starts the program that is installed in the folder', async () => {
    const dir = await projectFolder();
    const program = join(dir, 'node_modules', 'messox', 'bin', 'messox.js');
    await mkdir(join(program, '..'), { recursive: true });
    await writeFile(program, '');
    expect((await print(dir, 'systemd', '--user', 'chat')).stdout).toContain(`"${program}"`);
  });

  it.runIf(process.getuid?.() === 0)('runs the server as who owns the folder, and not as root', async () => {
    const dir = await projectFolder();
    const refused = await print(dir, 'systemd');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('config print systemd --user messox');
    await chown(join(dir, 'messox.yaml'), 54_321, 54_321);
    expect((await print(dir, 'systemd')).stdout).toContain('User=54321\n');
  });

  it('is not for containers, which Docker starts', async () => {
    const { exitCode, stderr } = await print(await composeFolder(), 'systemd');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Docker starts its containers');
  });
});

describe('messox config print nginx', () => {
  it('prints a site that the nginx of this machine takes', async ({ skip }) => {
    const missing = nginxMissing();
    skip(missing !== undefined, missing);
    const dir = await projectFolder('--port', '8123');
    const { certificatePath, keyPath } = await testCertificate(domain, dir);
    const files = ['--certificate', certificatePath, '--key', keyPath];
    const { exitCode, stderr, stdout } = await print(dir, 'nginx', '--domain', domain, ...files);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('server 127.0.0.1:8123 ');
    expect(stderr).toContain('config set server.publicUrl https://chat.example.org');
    const main = join(dir, 'nginx.conf');
    const site = stdout.replaceAll('/var/log/nginx/', `${dir}/`);
    await writeFile(main, `pid ${dir}/pid;\nevents {}\nhttp {\n${site}\n}\n`);
    const [nginx] = testNginxes();
    const tried = await execa(nginx?.program ?? '', ['-t', '-e', join(dir, 'error.log'), '-c', main], {
      reject: false,
    });
    expect(tried, tried.stderr).toMatchObject({ exitCode: 0 });
  });

  it('uses what certbot makes, and tells how, where no certificate is named', async () => {
    const dir = await projectFolder();
    await messoxHere(['config', 'set', 'server.publicUrl', `https://${domain}`], { dir });
    const { stderr, stdout } = await print(dir, 'nginx');
    expect(stdout).toContain(`ssl_certificate '/etc/letsencrypt/live/${domain}/fullchain.pem';`);
    expect(stdout).toContain('/.well-known/acme-challenge/');
    expect(stderr).toContain(`-w /var/www/html -d ${domain}`);
    expect(stderr).not.toContain('server.publicUrl');
  });

  it('asks for the name, and refuses what is none', async () => {
    const dir = await projectFolder();
    expect(await print(dir, 'nginx')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--domain <name>') as string,
    });
    expect((await print(dir, 'nginx', '--domain', 'a b; c')).stderr).toContain('[invalid_usage]');
  });

  it('leads to a server whose port stays', async () => {
    const { exitCode, stderr } = await print(await projectFolder('--port', '0'), 'nginx', '--domain', domain);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('config set server.port 8080');
  });
});

describe('messox config print proxy', () => {
  it.each(proxyKinds)('prints what the guide shows for %s', async (kind) => {
    const dir = await projectFolder();
    const { exitCode, stderr, stdout } = await print(dir, 'proxy', '--for', kind, '--domain', domain);
    expect(exitCode, stderr).toBe(0);
    for (const language of ['', 'pt-BR/']) {
      const page = new URL(`../../../../../../docs/start/${language}behind-a-proxy.md`, import.meta.url);
      expect(await readFile(page, 'utf8')).toContain(`\n${stdout}\n\`\`\`\n`);
    }
  });

  it('leads to the nginx of the containers, and tells nothing to the server', async () => {
    const { stderr, stdout } = await print(await composeFolder(), 'proxy');
    expect(stdout).toContain('proxy_pass http://127.0.0.1:8090;');
    expect(stderr).toBe('');
  });

  it('tells what a proxy in a container reaches', async () => {
    const { stderr } = await print(await composeFolder(), 'proxy', '--for', 'nginx-proxy-manager');
    expect(stderr).toContain('config set deploy.bind 172.17.0.1');
  });

  it('is for a server that leaves TLS to it', async () => {
    const { exitCode, stderr } = await print(await composeFolder('off'), 'proxy');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('config set deploy.tls.mode proxy');
  });
});

it('an option that says nothing about the text is refused', async () => {
  const { exitCode, stderr } = await print(await projectFolder(), 'systemd', '--for', 'caddy');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--for says nothing about systemd');
});

it('a program gets the text and its place', async () => {
  const { stdout } = await print(await projectFolder(), 'systemd', '--user', 'chat', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    what: 'systemd',
    path: '/etc/systemd/system/messox.service',
    text: expect.stringContaining('[Install]') as string,
  });
});
