import { expect, it } from 'vitest';
import { openEmbeddedDatabase } from '@messox/server';
import { loadSecrets } from '../../project/secrets.ts';
import { readServerState } from '../../project/server-state.ts';
import { emptyFolder, messox } from '../../testing/messox.ts';
import { endAfterTest, start } from '../../testing/server.ts';

it(
  'stops the old process when the migrations went well and not before, and then goes on to the end whatever is pressed',
  { timeout: 180_000 },
  async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const up = await messox(['up', '-d', '--yes', '--port', '0', '--json'], { dir });
    expect(up.exitCode, up.stderr).toBe(0);
    const old = readServerState(dir)?.pid;
    const database = await openEmbeddedDatabase({ dir, secrets: loadSecrets(dir) });
    await database.sql`delete from messox_migrations where module = 'blocks'`;

    // Its table is there already.
    const refused = await messox(['upgrade', '--yes', '--skip-backup'], { dir });
    expect(refused.exitCode, refused.stderr).toBe(6);
    expect(refused.stderr).toContain('[upgrade_undone]');
    expect(readServerState(dir)?.pid).toBe(old);

    await database.sql`drop table blocks cascade`;
    await database.close();
    const upgrade = start(['upgrade', '--yes', '--skip-backup'], { dir });
    await upgrade.writes('Stopping the server');
    upgrade.child.kill('SIGINT');
    expect(await upgrade.ended).toBe(130);
    expect(upgrade.output()).toContain('blocks 0001-blocks');
    expect(upgrade.output()).toContain('the upgrade was finished');
    const now = readServerState(dir)?.pid;
    expect(now).toBeDefined();
    expect(now).not.toBe(old);
  },
);
