import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSecrets } from './secrets.ts';
import { readSettings, refuseEmbedded } from './settings.ts';

const file = async (text: string): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'messox-settings-')), 'messox.yaml');
  await writeFile(path, text);
  return path;
};

describe('the settings of messox-server', () => {
  it('have defaults for everything', () => {
    expect(readSettings(undefined, {})).toMatchObject({ mode: 'external', database: { connections: 8 } });
  });

  it('are those of the file, and of the environment instead', async () => {
    const path = await file('mode: external\nserver: { port: 1, host: 0.0.0.0 }\nlimits:\n  busWindow: 7\n');
    const environment = {
      MESSOX_SERVER__PORT: '8081',
      MESSOX_SERVER__ALLOWED_ORIGINS: '[https://chat.example]',
      MESSOX_MODULES__MESSOX_APP__ENABLED: 'false',
      MESSOX_TOKEN_KEY: 'is no setting',
      PATH: '/bin',
    };
    expect(readSettings(path, environment)).toMatchObject({
      server: { port: 8081, host: '0.0.0.0', allowedOrigins: ['https://chat.example'] },
      limits: { busWindow: 7 },
      modules: { 'messox-app': { enabled: false } },
    });
  });

  it('are those of the mode compose too', async () => {
    const path = await file('mode: compose\ndeploy: { domain: chat.example.org, tls: { mode: proxy } }\n');
    const settings = readSettings(path, { MESSOX_DEPLOY__REPLICAS__API: '5' });
    expect(settings).toMatchObject({ mode: 'compose', deploy: { replicas: { api: 5, gateway: 2 } } });
  });

  it.each([
    ['mode: external\n- x', {}, 'settings_invalid'],
    ['[1, 2]', {}, 'settings_invalid'],
    ['mode: external\nserver: { prot: 1 }', {}, 'settings_invalid'],
    ['mode: external', { MESSOX_SERVER__PORT: '"' }, 'settings_invalid'],
    ['mode: embedded', {}, 'settings_invalid'],
    ['mode: compose', {}, 'settings_invalid'],
    ['', {}, 'settings_invalid'],
  ])('%j with %j are refused', async (text, environment, code) => {
    const path = await file(text);
    expect(() => refuseEmbedded(readSettings(path, environment), path)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the secrets of messox-server', () => {
  const whole = { DATABASE_URL: 'postgres://db', MESSOX_AMQP_URL: 'amqp://broker' };

  it('come from the environment or from files', async () => {
    const MESSOX_TOKEN_KEY_FILE = await file('the key\n');
    expect(readSecrets({ ...whole, MESSOX_TOKEN_KEY_FILE })).toEqual({
      databaseUrl: 'postgres://db',
      amqpUrl: 'amqp://broker',
      tokenKey: 'the key',
      appApiKey: '',
    });
    const own = { ...whole, MESSOX_DATABASE_URL: 'postgres://own', MESSOX_TOKEN_KEY: 'k' };
    expect(readSecrets(own).databaseUrl).toBe('postgres://own');
  });

  it('are missed by name', () => {
    expect(() => readSecrets(whole)).toThrow('MESSOX_TOKEN_KEY is not set');
  });
});
