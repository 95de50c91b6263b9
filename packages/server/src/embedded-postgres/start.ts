import path from 'node:path';
import { chooseAccount, handOver, type Account } from './account.ts';
import { findBinaries, linkLibraries, type Binaries } from './binaries.ts';
import { createCluster, holdsCluster, makeRunDir, OWNER_DATABASE, OWNER_ROLE } from './cluster.ts';
import { ensureDatabase } from './database.ts';
import { EmbeddedPostgresError } from './error.ts';
import { makeFolders, type Folders } from './folder.ts';
import { asFolderError, chooseLaunch, type Launch } from './launch.ts';
import { clearLeftover, refuseIfElsewhere } from './leftover.ts';
import { claimFolder } from './owner.ts';
import type { EmbeddedPostgresConnection } from './running.ts';
import { runServer, startFailed } from './run-server.ts';

export interface EmbeddedPostgresOptions {
  /** Absolute folder of the cluster, made when it is missing. A folder of the same name with `.run` appended is made beside it. */
  dataDir: string;
  /** Of the one role that owns everything; a single line. A new cluster is made with it, an existing one has to know it. */
  password: string;
  /** Each line that PostgreSQL writes, without values of statements. */
  onLog?: (line: string) => void;
  /** PostgreSQL ended without having been asked to; nothing runs any more. */
  onExit?: (why: string) => void;
  maxConnections?: number;
}

/** A PostgreSQL that belongs to this process and ends with it. */
export interface EmbeddedPostgres {
  connection: EmbeddedPostgresConnection;
  pid: number;
  /** Ends every session, writes everything, waits. After `FAST_SHUTDOWN_S` it is ended without that, and recovers at the next start. */
  stop(): Promise<void>;
}

const MAX_CONNECTIONS = 50;

/** Starts PostgreSQL on the folder, which it first makes, clears or repairs as needed. Throws `EmbeddedPostgresError`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw asFolderError(error, options.dataDir);
  }
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  checkPassword(options.password);
  const binaries = await findBinaries();
  const folders = await makeFolders(options.dataDir);
  const account = await chooseAccount(folders.dataDir, folders.runDir);
  await holdsCluster(folders.dataDir, binaries.major);
  await refuseIfElsewhere(folders.dataDir);
  await makeRunDir(folders.runDir, account);
  const claim = await claimFolder(folders.runDir, folders.dataDir);
  try {
    await clearLeftover(folders.dataDir, folders.runDir);
    const launch = await prepareLaunch(folders, binaries, account);
    if (!(await holdsCluster(folders.dataDir, binaries.major))) {
      await createCluster(folders.dataDir, binaries, launch, account, options.password);
    } else if (account !== undefined) await handOver(folders.dataDir, account);
    const server = await runServer({
      folders,
      launch,
      program: binaries.postgres,
      maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
      onLine: options.onLog ?? (() => undefined),
      onExit: (why) => void claim.release().then(() => options.onExit?.(why)),
    });
    const place = 'path' in server.endpoint ? { path: server.endpoint.path } : { host: server.endpoint.host };
    const { port } = server.endpoint;
    const connection = { ...place, port, user: OWNER_ROLE, password: options.password, database: OWNER_DATABASE };
    try {
      await ensureDatabase(connection);
    } catch (error) {
      await server.stop();
      throw error instanceof EmbeddedPostgresError ? error : startFailed(folders.dataDir, server.log.tail(), error);
    }
    const stop = (): Promise<void> => server.stop().then(() => claim.release());
    return { connection, pid: server.pid, stop };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function prepareLaunch(folders: Folders, binaries: Binaries, account: Account | undefined): Promise<Launch> {
  const libraries = await linkLibraries(binaries.native, path.join(folders.runDir, 'lib'));
  const share = path.join(binaries.native, 'share', 'postgresql', 'postgres.bki');
  const library = path.join(binaries.native, 'lib', 'postgresql', 'plpgsql.so');
  return chooseLaunch(account, [folders.runDir, binaries.postgres, share, library], libraries);
}

function checkPassword(password: string): void {
  if (password !== '' && !/[\r\n\0]/.test(password)) return;
  throw new EmbeddedPostgresError(
    'postgres_password_wrong',
    'The password of the embedded database is empty or has more than one line.',
    'Give it a single line of text in the secrets.',
  );
}
