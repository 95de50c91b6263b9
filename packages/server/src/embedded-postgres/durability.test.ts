import postgres from 'postgres';
import { expect, it } from 'vitest';
import { checkDurability, startEmbeddedPostgres } from './index.ts';
import { newCluster, PASSWORD } from './new-folder.test.fixture.ts';

it('finds the settings on, also after somebody turned them off in a file of PostgreSQL', async () => {
  const dataDir = await newCluster();
  const first = await startEmbeddedPostgres({ dataDir, password: PASSWORD });
  const admin = postgres({ ...first.connection, max: 1 });
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes'])
    await admin.unsafe(`alter system set ${name} = off`);
  await admin.end();
  await first.stop();
  const second = await startEmbeddedPostgres({ dataDir, password: PASSWORD });
  const sql = postgres({ ...second.connection, max: 1 });
  await expect(checkDurability(sql)).resolves.toBeUndefined();
  await sql.end();
  await second.stop();
});

it('names a setting that is off for the role or the database', async () => {
  const server = await startEmbeddedPostgres({ dataDir: await newCluster(), password: PASSWORD });
  const admin = postgres({ ...server.connection, max: 1 });
  await admin`alter role messox set synchronous_commit = off`;
  await admin.end();
  const sql = postgres({ ...server.connection, max: 1 });
  await expect(checkDurability(sql)).rejects.toMatchObject({
    code: 'postgres_not_durable',
    message: expect.stringContaining('synchronous_commit = off') as string,
  });
  await sql.end();
  await server.stop();
});
