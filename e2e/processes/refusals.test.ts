import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { freePort } from '@messox/server/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnServer } from './messox-server.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'messox-refusals-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const whole = {
  MESSOX_DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/messox',
  MESSOX_AMQP_URL: 'amqp://user:hunter2@127.0.0.1:1/',
  MESSOX_TOKEN_KEY: 'hunter2 hunter2 hunter2 hunter2 hunter2',
};

/** How it ends, with what it says last. */
const run = async (args: readonly string[], environment: Readonly<Record<string, string>>) => {
  const child = spawnServer(args, environment);
  const exit = once(child, 'exit') as Promise<[number]>;
  const [said, [exitCode]] = await Promise.all([child.stdout ? text(child.stdout) : '', exit]);
  const last = JSON.parse(said.trimEnd().split('\n').at(-1) ?? '{}') as { code?: string; msg?: string; help?: string };
  return { exitCode, said, ...last };
};

const without = (name: keyof typeof whole) => ({ ...whole, [name]: '' });

describe('messox-server says what is wrong, and ends, when', () => {
  it.each([
    ['no role is given', [], whole, 2, 'invalid_usage', '--role'],
    ['a role is none', ['--role', 'api,door'], whole, 2, 'invalid_usage', 'door'],
    ['an option is none', ['--role', 'api', '--port', '1'], whole, 2, 'invalid_usage', '--port'],
    [
      'its settings are not there',
      ['--role', 'api', '--settings', '/no/messox.yaml'],
      whole,
      2,
      'settings_missing',
      '/no/messox.yaml',
    ],
    [
      'a setting is none',
      ['--role', 'api'],
      { ...whole, MESSOX_SERVER__PROT: '1' },
      2,
      'settings_invalid',
      'MESSOX_SERVER__PROT',
    ],
    [
      'a setting has a wrong value',
      ['--role', 'api'],
      { ...whole, MESSOX_SERVER__PORT: 'x' },
      2,
      'settings_invalid',
      'server.port',
    ],
    [
      'there is no database',
      ['--role', 'api'],
      without('MESSOX_DATABASE_URL'),
      2,
      'secrets_missing',
      'MESSOX_DATABASE_URL',
    ],
    ['there is no broker', ['--role', 'api'], without('MESSOX_AMQP_URL'), 2, 'secrets_missing', 'MESSOX_AMQP_URL'],
    [
      'a file of a secret is not there',
      ['--role', 'api'],
      { ...without('MESSOX_TOKEN_KEY'), MESSOX_TOKEN_KEY_FILE: '/no/key' },
      2,
      'secrets_missing',
      'MESSOX_TOKEN_KEY_FILE',
    ],
    [
      'a secret is there twice',
      ['--role', 'api'],
      { ...whole, MESSOX_TOKEN_KEY_FILE: '/no/key' },
      2,
      'secrets_invalid',
      'MESSOX_TOKEN_KEY_FILE',
    ],
    ['the key is short', ['--role', 'api'], { ...whole, MESSOX_TOKEN_KEY: 'hunter2' }, 2, 'token_key_weak', '32'],
    [
      'the database is no URL',
      ['--role', 'api'],
      { ...whole, MESSOX_DATABASE_URL: 'hunter2' },
      2,
      'database_url_invalid',
      'no URL',
    ],
    [
      'the broker is no URL',
      ['--role', 'api'],
      { ...whole, MESSOX_AMQP_URL: 'http://hunter2' },
      2,
      'amqp_url_invalid',
      'amqp://',
    ],
  ] as const)('%s', async (_, args, environment, exitCode, code, names) => {
    const end = await run(args, environment);
    expect({ exitCode: end.exitCode, code: end.code }).toEqual({ exitCode, code });
    expect(`${end.msg ?? ''} ${end.help ?? ''}`).toContain(names);
    expect(end.said).not.toContain('hunter2');
  });

  it('its settings are for another mode', async () => {
    const path = join(folder, 'messox.yaml');
    await writeFile(path, 'mode: embedded\n');
    const { code, exitCode, help } = await run(['--role', 'api', '--settings', path], whole);
    expect({ exitCode, code }).toEqual({ exitCode: 2, code: 'settings_invalid' });
    expect(help).toContain('messox up');
  });

  it('it is told to end while it waits for its database', async () => {
    const port = await freePort();
    const url = `postgres://user:hunter2@127.0.0.1:${port}/messox`;
    const child = spawnServer(['--role', 'api'], { ...whole, MESSOX_DATABASE_URL: url });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('cannot be reached yet')) child.kill('SIGTERM');
    });
    expect(await once(child, 'exit')).toEqual([4, null]);
    expect(said).toContain('database_unreachable');
    expect(said).not.toContain('hunter2');
  });
});
