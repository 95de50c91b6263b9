import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openEmbeddedDatabase } from '@messox/server';
import { expect, it } from 'vitest';
import { loadSecrets } from '../../project/secrets.ts';
import { emptyFolder, messox } from '../../testing/messox.ts';
import { start } from '../../testing/server.ts';
import { keys, messoxInTerminal } from '../../testing/terminal.ts';

it.skipIf(process.platform !== 'linux')(
  'starts PostgreSQL for its second question, and stops it where Ctrl-C is pressed',
  { timeout: 120_000 },
  async () => {
    const dir = await emptyFolder();
    const server = start(['up', '--yes', '--port', '0'], { dir });
    await server.writes('Ctrl-C stops it');
    const file = join(dir, 'chat.tar.gz');
    expect((await messox(['backup', file], { dir })).exitCode).toBe(0);
    const database = await openEmbeddedDatabase({ dir, secrets: loadSecrets(dir) });
    await database.sql.unsafe(`
    create table guest_book_entries (id int);
    insert into messox_migrations (module, number, name, checksum) values ('guest-book', 1, 'entries', '')`);
    await database.close();
    server.child.kill('SIGINT');
    await server.ended;
    const name = basename(dir);
    const { exitCode, output } = await messoxInTerminal(['restore', file, '--replace'], {
      dir,
      steps: [
        { wait: 'All accounts and messages', type: `${name}\r` },
        { wait: 'Go on?', type: keys.ctrlC },
      ],
    });
    expect(exitCode, output).toBe(130);
    expect(await readdir(join(dir, 'data', 'postgres'))).not.toContain('postmaster.pid');
  },
);
