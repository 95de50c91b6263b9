import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../paths.ts';
import { check } from './check.ts';
import type { Messox } from './messox.ts';

const name = 'guestbook';
const folderIn = (dir: string): string => join(dir, 'modules', name);
const migrationIn = (dir: string, file: string): string => join(folderIn(dir), 'migrations', file);
const first = '0001-entries.sql';

/** Makes the module that the guide leads to. */
export const addModule = async (dir: string): Promise<void> => {
  const guide = await readFile(join(root, 'docs', 'start', 'modules.md'), 'utf8');
  const block = (language: string): string => {
    const [, text] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(guide) ?? [];
    if (text === undefined) throw new Error(`There is no ${language} in the guide to modules`);
    return text;
  };
  await mkdir(join(folderIn(dir), 'migrations'), { recursive: true });
  await writeFile(migrationIn(dir, first), block('sql'));
  await writeFile(join(folderIn(dir), 'index.mjs'), block('js'));
};

/** Its files, from the folder of another server. */
export const copyModule = (from: string, to: string): Promise<void> =>
  cp(folderIn(from), folderIn(to), { recursive: true });

const ask = async (url: string, init?: RequestInit): Promise<Record<string, unknown>> => {
  const answer = await fetch(url, init);
  check(answer.ok, `${url} answers ${answer.status}: ${await answer.clone().text()}`);
  return (await answer.json()) as Record<string, unknown>;
};

const post = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** @returns the access token of a session that begins now */
export const logIn = async (url: string, username: string, password: string): Promise<string> =>
  String((await ask(`${url}/api/v1/auth/login`, post({ username, password }))).accessToken);

/** Whether a token that was issued before is worth anything. */
export const isLoggedIn = async (url: string, token: string): Promise<boolean> =>
  (await fetch(`${url}/api/v1/users/me`, { headers: { authorization: `Bearer ${token}` } })).ok;

export const sign = async (url: string, token: string, text: string): Promise<void> => {
  await ask(`${url}/api/v1/guestbook`, post({ text }, { authorization: `Bearer ${token}` }));
};

export const hasEntry = async (url: string, text: string): Promise<boolean> =>
  ((await ask(`${url}/api/v1/guestbook`)).entries as string[]).includes(text);

/** What the doctor says of migrations. */
const diagnose = async (messox: Messox, dir: string): Promise<string> => {
  const { stdout } = await messox.try(dir, ['doctor', 'runtime', '--offline', '--json']);
  const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string; why: string }[] };
  const found = checks.find(({ id }) => id === 'migrations');
  return `${found?.status ?? ''}: ${found?.why ?? ''}`;
};

/** The doctor sees a migration that was not applied, and one that was changed since; both are undone again. */
export const changeMigrations = async (messox: Messox, dir: string): Promise<void> => {
  const told = async (expected: string): Promise<void> => {
    const found = await diagnose(messox, dir);
    check(found.startsWith(expected), `The doctor says of migrations: ${found}`);
  };
  const [original, second] = [migrationIn(dir, first), migrationIn(dir, '0002-stars.sql')];
  await writeFile(second, `alter table ${name}_entries add column stars integer;\n`);
  await told(`warn: pending: ${name} 2`);
  await rm(second);
  const sql = await readFile(original, 'utf8');
  await writeFile(original, `${sql}-- Edited.\n`);
  await told(`fail: not as this version has them: ${name} 1`);
  await writeFile(original, sql);
  await told('ok: ');
};
