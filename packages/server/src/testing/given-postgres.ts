import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { chooseAccount } from '../embedded-postgres/account.ts';
import { makeRunDir, OWNER_DATABASE, OWNER_ROLE } from '../embedded-postgres/cluster.ts';
import { ensureDatabase } from '../embedded-postgres/database.ts';
import { makeFolders } from '../embedded-postgres/folder.ts';
import { spawnGuarded } from '../embedded-postgres/guard.ts';
import { chooseLaunch } from '../embedded-postgres/launch.ts';
import { runServer } from '../embedded-postgres/run-server.ts';
import type { EmbeddedPostgresConnection } from '../embedded-postgres/running.ts';
import { testFolder } from '../embedded-postgres/testing.ts';
import { watch } from '../embedded-postgres/watch.ts';

/** A folder with another PostgreSQL's `initdb` and `postgres`, such as /usr/lib/postgresql/15/bin, for the tests to run against. */
const givenVariable = 'MESSOX_TEST_POSTGRES';

/** The folder that the tests were told to take PostgreSQL from. @throws Error when there is none in it */
export const givenPostgres = (): string | undefined => {
  const folder = process.env[givenVariable];
  if (folder === undefined || folder === '') return undefined;
  if (existsSync(path.join(folder, 'postgres'))) return folder;
  throw new Error(`There is no postgres in ${folder}, which ${givenVariable} names.`);
};

export interface GivenPostgres {
  readonly connection: EmbeddedPostgresConnection;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts the PostgreSQL of this folder on a new cluster, set as the embedded one is, with a locale that each version has. */
export const startGivenPostgres = async (bin: string, maxConnections: number): Promise<GivenPostgres> => {
  const folder = await testFolder();
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const folders = await makeFolders(path.join(folder, 'postgres'));
    const { dataDir, runDir } = folders;
    const account = await chooseAccount(dataDir, runDir);
    await makeRunDir(runDir, account);
    await mkdir(dataDir, { mode: 0o700 });
    if (account) await chown(dataDir, account.uid, account.gid);
    const [initdb, program] = [path.join(bin, 'initdb'), path.join(bin, 'postgres')];
    const launch = await chooseLaunch(account, [runDir, initdb, program]);
    const password = randomBytes(16).toString('hex');
    const options = [`--username=${OWNER_ROLE}`, '--pwfile=/dev/stdin', '--auth=scram-sha-256'];
    const locale = ['--locale=C.UTF-8', '--encoding=UTF8', '--no-instructions'];
    const making = watch(
      spawnGuarded(launch, [initdb, `--pgdata=${dataDir}`, ...options, ...locale], password),
      () => undefined,
    );
    const { status } = await making.ended;
    making.release();
    if (status !== 0) throw new Error(`initdb of ${bin} failed:\n${making.log.tail()}`);
    const ignore = (): void => undefined;
    const server = await runServer({ folders, launch, program, maxConnections, onLine: ignore, onExit: ignore });
    const place = 'path' in server.endpoint ? { path: server.endpoint.path } : { host: server.endpoint.host };
    const { port } = server.endpoint;
    const connection = { ...place, port, user: OWNER_ROLE, password, database: OWNER_DATABASE };
    await ensureDatabase(connection);
    return { connection, stop: () => server.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
};
