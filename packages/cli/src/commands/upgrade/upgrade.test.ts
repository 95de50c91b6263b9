import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, messox, messoxHere } from '../../testing/messox.ts';
import { endAfterTest } from '../../testing/server.ts';

const json = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;

it(
  'brings a server of one process to its version, with a backup, and tells the way back',
  { timeout: 180_000 },
  async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const run = (...args: string[]) => messoxHere(args, { dir });
    const up = await messox(['up', '-d', '--yes', '--port', '0', '--json'], { dir });
    expect(up.exitCode, up.stderr).toBe(0);
    const first = json(up.stdout);

    const current = await run('upgrade', '--dry-run', '--exit-code', '--json');
    expect(current, current.stderr).toMatchObject({ exitCode: 0 });
    expect(json(current.stdout)).toMatchObject({ due: false, from: first.version, migrations: [] });
    expect((await run('upgrade', '--rollback')).stderr).toContain('[rollback_impossible]');

    // As one that was killed on its way leaves it.
    const upgrading = { from: '0.0.0-rc.1', to: '0.0.0', at: new Date().toISOString(), backup: null, migrations: [] };
    await writeFile(join(dir, '.messox', 'upgrading.json'), JSON.stringify(upgrading));
    expect((await run('upgrade', '--dry-run', '--exit-code')).exitCode).toBe(3);
    expect((await run('upgrade', '--no-input')).stderr).toContain('Answer it with --yes');
    const upgraded = await messox(['upgrade', '--yes', '--json'], { dir });
    expect(upgraded.exitCode, upgraded.stderr).toBe(0);
    const { backup, from } = json(upgraded.stdout);
    expect(from).toBe('0.0.0-rc.1');
    expect(await readdir(join(dir, 'backups'))).toEqual([String(backup).split('/').at(-1)]);
    expect((await run('backup', 'verify', String(backup))).exitCode).toBe(0);

    const status = json((await run('status', '--json')).stdout) as { healthy: boolean; server: { pid: number } };
    expect(status.healthy).toBe(true);
    expect(status.server.pid).not.toBe(first.pid);
    expect((await run('upgrade')).stdout).toContain('already');
    const back = await run('upgrade', '--rollback');
    expect(back.exitCode, back.stderr).toBe(0);
    expect(back.stdout).toMatch(/has only added to it \(.*accounts 0001-accounts/);
    expect(back.stdout).toMatch(/messox down.*npx messox@0\.0\.0-rc\.1 up -d.*Or, to lose/s);
    expect(back.stdout).toContain(`npx messox@0.0.0-rc.1 restore ${String(backup)} --replace`);

    await run('down');
    expect(JSON.parse(await readFile(join(dir, '.messox', 'version.json'), 'utf8'))).toEqual({
      version: first.version,
    });
    await writeFile(join(dir, '.messox', 'version.json'), '{"version":"0.0.0-rc.1"}');
    expect((await run('upgrade', '--rollback')).stderr).toContain('is of messox 0.0.0-rc.1 already');
    await writeFile(join(dir, '.messox', 'version.json'), '{"version":"9.0.0"}');
    const older = await run('upgrade');
    expect(older.exitCode).toBe(4);
    expect(older.stderr).toContain('npx messox@latest upgrade');
  },
);
