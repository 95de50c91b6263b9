import { once } from 'node:events';
import { createServer as createTls } from 'node:tls';
import { readFileSync } from 'node:fs';
import { mkdir, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@messox/server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { certificateAge } from './renewed-certificate.ts';
import type { CheckReport } from '../doctor/check.ts';
import { fakeStack } from '../testing/fake-docker/stack.ts';
import { emptyFolder, messox, messoxHere } from '../testing/messox.ts';
import { testCertificate } from '../testing/nginx.ts';

it('takes a link that leads elsewhere for renewed, and a file of before that is put in its place', async () => {
  const dir = await emptyFolder();
  const [link, first, second, third] = ['link', '1', '2', '3'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [first, second, third]) await writeFile(path, path);
  await symlink(first, link);
  /** A moment after all that was done so far. */
  const later = async (): Promise<string> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return now;
  };
  let started = await later();
  expect(await certificateAge([link], started)).toBe('current');
  await unlink(link);
  await symlink(second, link);
  expect(await certificateAge([link], started)).toBe('renewed');
  started = await later();
  expect(await certificateAge([link], started)).toBe('current');
  await rename(third, second);
  expect(await certificateAge([first, link], started)).toBe('renewed');
  expect(await certificateAge([first], started)).toBe('current');
  expect(await certificateAge([], started)).toBe('current');
});

/** As the nginx of the stack would: with what the files have when it starts. */
const serve = async (port: number, files: { readonly certificatePath: string; readonly keyPath: string }) => {
  const read = () => ({ cert: readFileSync(files.certificatePath), key: readFileSync(files.keyPath) });
  const server = createTls(read()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { startAnew: () => server.setSecureContext(read()) };
};

it(
  'restart and up let nginx take a renewed certificate, once, and doctor tells until then',
  { timeout: 300_000 },
  async () => {
    const { dir, docker } = await fakeStack();
    const tls = join(dir, 'tls');
    await mkdir(tls);
    const files = await testCertificate('chat.lan', tls);
    const port = await freePort();
    for (const [key, value] of [
      ['deploy.domain', 'chat.lan'],
      ['deploy.tls.certificate', files.certificatePath],
      ['deploy.tls.key', files.keyPath],
      ['deploy.tls.mode', 'files'],
      ['deploy.ports.https', String(port)],
    ] as const)
      await messoxHere(['config', 'set', key, value], { dir });
    const run = async (...words: string[]) => {
      const from = docker.calls.length;
      const { exitCode, stderr, stdout } = await messox(words, { dir, env: docker.env });
      expect(exitCode, stderr).toBe(0);
      const restarts = docker.calls.slice(from).filter((call) => call.startsWith('compose restart'));
      return { restarts, said: `${stdout}${stderr}` };
    };
    const look = async () => {
      const { stdout } = await messox(['doctor', 'tls', '--json', '--offline'], { dir, env: docker.env });
      return (JSON.parse(stdout) as { checks: CheckReport[] }).checks.find(({ id }) => id === 'certificate');
    };
    const renew = async (): Promise<void> => {
      const next = await testCertificate('chat.lan', await emptyFolder('renewed'));
      await rename(next.keyPath, files.keyPath);
      await rename(next.certificatePath, files.certificatePath);
    };
    const restart = ['compose restart --no-deps --timeout 5 nginx'];

    expect((await run('up', '-d')).restarts).toEqual([]);
    const nginx = await serve(port, files);
    await renew();
    expect(await look()).toMatchObject({ status: 'warn', fix: expect.stringContaining('messox restart') as string });
    const first = await run('restart');
    expect(first.restarts).toEqual(restart);
    expect(first.said).toContain('nginx: takes the renewed certificate');
    expect(first.said).not.toContain('nobody was turned away');
    nginx.startAnew();
    expect(await look()).toMatchObject({ status: 'warn', why: expect.not.stringContaining('its file') as string });

    expect((await run('up', '-d')).restarts).toEqual([]);
    await renew();
    const second = await run('up', '-d');
    expect(second.restarts).toEqual(restart);
    expect(second.said).toContain('nginx: takes the renewed certificate');
  },
);
