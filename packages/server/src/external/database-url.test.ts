import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDatabaseUrl } from './database-url.ts';

const base = { user: 'me', password: 'p@ss/word', database: 'chat', host: 'db.example', port: 5432 };
const url = (rest: string): string => `postgres://me:p%40ss%2Fword@db.example/chat${rest}`;

describe('a database URL', () => {
  it('is taken apart, and encrypts where the server can', () => {
    expect(parseDatabaseUrl(url(''))).toEqual({ ...base, ssl: 'prefer' });
    expect(parseDatabaseUrl('postgresql://me@[::1]:6432/chat?sslmode=disable')).toEqual({
      ...base,
      password: '',
      host: '::1',
      port: 6432,
    });
  });

  it('may name the folder of a socket', () =>
    expect(parseDatabaseUrl('postgres://me:x@localhost:6432/chat?host=/run/postgresql')).toEqual({
      user: 'me',
      password: 'x',
      database: 'chat',
      path: '/run/postgresql/.s.PGSQL.6432',
    }));

  it('says with sslmode what is checked, as libpq has it', async () => {
    const name = { host: 'db.example', servername: 'db.example' };
    expect(parseDatabaseUrl(url('?sslmode=require')).ssl).toEqual({ ...name, rejectUnauthorized: false });
    expect(parseDatabaseUrl(url('?sslmode=verify-full')).ssl).toEqual(name);
    const path = join(await mkdtemp(join(tmpdir(), 'messox-ca-')), 'ca.pem');
    await writeFile(path, 'an authority');
    const ca = Buffer.from('an authority');
    expect(parseDatabaseUrl(url(`?sslmode=verify-full&sslrootcert=${path}`)).ssl).toEqual({ ...name, ca });
    for (const mode of ['require', 'verify-ca'])
      expect(parseDatabaseUrl(url(`?sslmode=${mode}&sslrootcert=${path}`)).ssl).toEqual({
        ...name,
        ca,
        checkServerIdentity: expect.any(Function) as unknown,
      });
  });

  it.each([
    ['secret', 'no URL'],
    ['mysql://me:secret@db/chat', 'postgres://'],
    ['postgres://db/chat-secret', 'no user'],
    ['postgres://me:secret@db', 'no database'],
    ['postgres://me:secret@/chat', 'no URL'],
    ['postgres://me:secret@db/chat?sslmode=full', 'verify-full'],
    ['postgres://me:secret@db/chat?sslmod=require', 'sslmod '],
    ['postgres://me:secret@db/chat?sslmode=verify-full&sslrootcert=/no/ca.pem', '/no/ca.pem'],
  ])('%s is refused with the reason, and not repeated', (text, reason) => {
    expect(() => parseDatabaseUrl(text)).toThrow(reason);
    expect(() => parseDatabaseUrl(text)).not.toThrow('secret');
  });
});
