import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeDocker } from '../../../testing/docker.ts';
import { emptyFolder, messox, messoxHere } from '../../../testing/messox.ts';
import { lookAtTlsFile, type TlsFile } from '../../../project/tls-file.ts';
import { judgeCertificateFiles } from './certificate-files.ts';

const judge = (found: TlsFile) =>
  judgeCertificateFiles([
    {
      setting: 'deploy.tls.certificate',
      path: '/c.pem',
      found: { kind: 'file', mode: 0o644, owner: 1000, group: 1000 },
    },
    { setting: 'deploy.tls.key', path: '/k.pem', found },
  ]);
const file = (mode: number, owner: number, group = owner): TlsFile => ({ kind: 'file', mode, owner, group });

it.each<[string, TlsFile, string]>([
  ["root's alone", file(0o600, 0), 'ok'],
  ['of the group of root', file(0o640, 1000, 0), 'ok'],
  ['for everyone', file(0o644, 1000), 'ok'],
  ["another's alone", file(0o600, 1000), 'warn'],
  ['where only root may look', { kind: 'hidden' }, 'ok'],
  ['a folder', { kind: 'folder' }, 'fail'],
  ['not there', { kind: 'missing' }, 'fail'],
])('a key that is %s', (_, found, status) => expect(judge(found).status).toBe(status));

it('names the setting, the file and what mends it', () => {
  expect(judge({ kind: 'missing' })).toEqual({
    status: 'fail',
    why: 'deploy.tls.key names /k.pem, and there is no such file',
    fix: 'Put it there, or name another: `messox config set deploy.tls.key FILE`',
  });
  expect(judge(file(0o600, 1000))).toMatchObject({
    why: expect.stringContaining('/k.pem (0600, of user 1000) of deploy.tls.key') as string,
    fix: "sudo chown root '/k.pem' && sudo chmod 600 '/k.pem'",
  });
});

it('sees what is at a path', async () => {
  const dir = await emptyFolder();
  await writeFile(join(dir, 'key.pem'), '');
  await chmod(join(dir, 'key.pem'), 0o640);
  await mkdir(join(dir, 'folder'));
  expect(lookAtTlsFile(join(dir, 'key.pem'))).toMatchObject({ kind: 'file', mode: 0o640 });
  expect(lookAtTlsFile(join(dir, 'folder'))).toEqual({ kind: 'folder' });
  expect(lookAtTlsFile(join(dir, 'key.pem', 'x'))).toEqual({ kind: 'missing' });
});

it('init warns of one that is not there, and up starts nothing', async () => {
  const dir = await emptyFolder();
  const env = { PATH: await fakeDocker() };
  const options = ['--mode', 'compose', '--domain', 'a.org', '--tls', 'files', '--certificate', '/nope.pem'];
  const made = await messox(['init', '--yes', ...options, '--key', 'key.pem'], { dir, env });
  expect(made.exitCode, made.stderr).toBe(0);
  expect(made.stderr).toContain('deploy.tls.certificate names /nope.pem, and there is no such file');
  for (const port of ['http', 'https'])
    await messoxHere(['config', 'set', `deploy.ports.${port}`, port === 'http' ? '18080' : '18443'], { dir });
  const { exitCode, stderr } = await messox(['up', '-d'], { dir, env });
  expect(exitCode).toBe(4);
  expect(stderr).toContain(`deploy.tls.key names ${join(dir, 'key.pem')}, and there is no such file`);
  expect(stderr).toContain('messox config set deploy.tls.certificate FILE');
  expect(stderr).not.toContain('Starting');
});
