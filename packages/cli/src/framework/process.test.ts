import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bin, cleanEnv, emptyFolder, messox, messoxHere, projectFolder } from '../testing/messox.ts';
import { commands } from '../commands.ts';
import { errorCodes } from '../errors/codes.ts';

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('a run of the program', () => {
  it('tells the version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    const dir = await emptyFolder();
    expect(await messox(['--version'], { dir })).toEqual({ stdout: version, stderr: '', exitCode: 0 });
    expect(json((await messox(['--version', '--json'], { dir })).stdout)).toMatchObject({ version });
  });

  it('ends with 2 and one object for wrong usage with --json, or MESSOX_JSON', async () => {
    const dir = await emptyFolder();
    const asked = await messox(['confg', '--json'], { dir });
    expect(asked.exitCode).toBe(2);
    expect(json(asked.stdout)).toMatchObject({ error: { code: 'unknown_command', suggestion: 'messox config' } });
    const set = await messoxHere(['confg'], { dir, env: { MESSOX_JSON: '1' } });
    expect(json(set.stdout)).toMatchObject({ error: { code: 'unknown_command' } });
    expect(set.stderr).toContain('messox config');
  });

  it('suggests commands that can be typed where it was typed', async () => {
    const dir = await projectFolder();
    const elsewhere = await emptyFolder();
    const { stderr } = await messox(['usr', 'lst', '--dir', dir], {
      dir: elsewhere,
      env: { MESSOX_COMMAND: '', PATH: '/usr/bin:/bin' },
    });
    expect(stderr).toContain(`fix   npx messox user list --dir ${dir}`);
    expect(stderr).toContain(`more  npx messox help unknown_command --dir ${dir}`);
  });

  it.each(Object.keys(errorCodes))('explains %s', async (code) => {
    const dir = await emptyFolder();
    const { stdout, exitCode } = await messoxHere(['help', code], { dir });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${code} (exit code `);
    expect(stdout).not.toMatch(/`messox |\]\(/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('has no colours where it is not a terminal, and has them when they are forced', async () => {
    const dir = await emptyFolder();
    expect((await messox(['doctor', 'host'], { dir })).stdout).not.toContain('\u001b');
    expect((await messox(['doctor', 'host'], { dir, env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[32m');
    expect((await messox(['doctor', 'host', '--no-color'], { dir, env: { FORCE_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    );
  });

  it('ends quietly when nobody reads on', async () => {
    const dir = await projectFolder();
    const child = spawn(process.execPath, [bin, 'config', 'show', 'limits'], { cwd: dir, env: cleanEnv() });
    child.stdout.destroy();
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });

  it.each(commands.filter(({ load }) => load))(
    '$spec.name takes --help and no option that there is not',
    async ({ spec }) => {
      const dir = await emptyFolder();
      const words = spec.name.split(' ');
      expect((await messoxHere([...words, '--help'], { dir })).stdout).toContain(`messox ${spec.name}`);
      expect((await messoxHere([...words, '--no-such-thing'], { dir })).exitCode).toBe(2);
    },
  );
});

describe('secrets', () => {
  it('are in no output of any command that reads them', async () => {
    const dir = await projectFolder('--port', '0');
    const env = await readFile(join(dir, '.env'), 'utf8');
    const secrets = [...env.matchAll(/=(\S+)/g)].map(([, value]) => value ?? '');
    expect(secrets).toHaveLength(2);
    const lines = [
      ['init', '--yes'],
      ['config', 'show'],
      ['config', 'validate'],
      ['doctor'],
      ['config', 'get', 'MESSOX_TOKEN_KEY'],
    ];
    for (const line of lines)
      for (const more of [['-v'], ['--json', '-v']]) {
        const { stdout, stderr } = await messoxHere([...line, ...more], { dir });
        for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
      }
  });
});
