import type { Interface } from 'node:readline';
import { chooseEndpoint, type Endpoint } from './endpoint.ts';
import { EmbeddedPostgresError } from './error.ts';
import type { Folders } from './folder.ts';
import { spawnGuarded } from './guard.ts';
import type { Launch } from './launch.ts';
import { endPostmaster } from './leftover.ts';
import type { ServerLog } from './log.ts';
import { isPostgresOf } from './process-identity.ts';
import { serverArguments } from './settings.ts';
import { throwIfUnsupported } from './unsupported.ts';
import { watch, type Ended, type Watched } from './watch.ts';

export interface ServerOptions {
  folders: Folders;
  launch: Launch;
  program: string;
  maxConnections: number;
  onLine: (line: string) => void;
  /** It ended without `stop()`, and nothing of it runs any more. */
  onExit: (why: string) => void;
}

export interface RunningServer {
  endpoint: Endpoint;
  pid: number;
  log: ServerLog;
  stop(): Promise<void>;
}

const READY = 'database system is ready to accept connections';
const PORT_TAKEN = /could not (bind|create any).*(address|socket)/i;
const PORT_TRIES = 5;
/** PostgreSQL reports every 10 s how far a recovery is, however long that takes; one that says nothing for this time hangs. */
const SILENCE_MS = 120_000;

/** Runs PostgreSQL until it takes connections. */
export async function runServer(options: ServerOptions): Promise<RunningServer> {
  for (let tries = 1; ; tries++) {
    const endpoint = await chooseEndpoint(options.folders.runDir);
    const server = await tryEndpoint(options, endpoint);
    if (!('failed' in server)) return server;
    // Between the choice of a port and its use somebody else may have taken it.
    if ('host' in endpoint && PORT_TAKEN.test(server.failed) && tries < PORT_TRIES) continue;
    throw startFailed(options.folders.dataDir, server.failed);
  }
}

async function tryEndpoint(options: ServerOptions, endpoint: Endpoint): Promise<RunningServer | { failed: string }> {
  const { folders, launch, program, maxConnections, onLine, onExit } = options;
  const command = [program, ...serverArguments(folders.dataDir, endpoint, maxConnections)];
  const server = watch(spawnGuarded(launch, command), onLine);
  const gone = untilGone(server, folders.dataDir);
  const outcome = await Promise.race([untilReady(server.lines), gone]);
  const pid = await server.pid;
  if (outcome !== 'ready' || pid === undefined) {
    server.release();
    const ended = await gone;
    throwIfUnsupported(ended, server.log);
    return { failed: server.log.tail() };
  }
  let stopping = false;
  void gone.then(() => {
    if (!stopping) onExit(`PostgreSQL ended by itself. Its last lines:\n${server.log.tail()}`);
  });
  const stop = async (): Promise<void> => {
    stopping = true;
    server.release();
    await gone;
  };
  return { endpoint, pid, log: server.log, stop };
}

export function startFailed(dataDir: string, lastLines: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'postgres_start_failed',
    `PostgreSQL did not start on ${dataDir}:\n${lastLines}`,
    'Mend what the last lines name (often a full disk, or files that belong to another user), then start again.',
    { cause },
  );
}

async function untilReady(lines: Interface): Promise<'ready' | 'silent'> {
  return new Promise((resolve) => {
    const silence = setTimeout(() => resolve('silent'), SILENCE_MS);
    lines.once('close', () => clearTimeout(silence));
    lines.on('line', (line) => {
      silence.refresh();
      if (line.includes(READY)) {
        clearTimeout(silence);
        resolve('ready');
      }
    });
  });
}

/** A database without a guard would outlive this process, so it ends with the guard. */
async function untilGone(server: Watched, dataDir: string): Promise<Ended> {
  const ended = await server.ended;
  const pid = ended.guardKilled ? await server.pid : undefined;
  if (pid !== undefined && (await isPostgresOf(pid, dataDir))) await endPostmaster(pid, dataDir);
  return ended;
}
