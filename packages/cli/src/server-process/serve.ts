import { createLog, startEmbeddedServer, version, type EmbeddedServer, type Logger } from '@messox/server';
import { CliError } from '../errors/cli-error.ts';
import { translate } from '../errors/translate.ts';
import { takeLock } from '../project/lock.ts';
import { projectPaths } from '../project/paths.ts';
import { loadSecrets } from '../project/secrets.ts';
import { loadSettings } from '../project/settings.ts';
import { writeRunVersion } from '../project/run-version.ts';
import { settleUpgrade } from '../upgrade/record.ts';
import { writeServerState } from '../project/write-server-state.ts';
import { RotatingFile } from '../server-log/rotating-file.ts';
import { countSessions, localUrl, typableUrl } from './health.ts';
import { refuseSecond } from './refuse-second.ts';

/** What the command line says instead of the settings, for this run. */
export interface Overrides {
  readonly host?: string;
  readonly port?: number;
}

export interface ServeOptions {
  readonly dir: string;
  readonly overrides: Overrides;
  readonly isDetached: boolean;
  /** Logs what is of use to find a fault, too. */
  readonly verbose: boolean;
  /** Its abort stops the server. */
  readonly signal: AbortSignal;
  /** Each line of the log, once it is in the file. */
  readonly onLine?: (line: string) => void;
  readonly onReady: (server: { readonly url: string; readonly host: string; readonly port: number }) => void;
}

/** How long a server may take to stop whose database has ended, in ms. */
const brokenStopMs = 10_000;

/**
 * Runs the server of the folder in this process, until `signal` is aborted and all is closed.
 *
 * @throws CliError already_running, locked; database_failed; StartFault when it cannot start
 */
export const serve = async (options: ServeOptions): Promise<void> => {
  // Held until the server has said where it is: from then on that tells others to keep away.
  const letGo = takeLock(options.dir, 'up');
  try {
    refuseSecond(options.dir);
    await withLog(options, async (log) => {
      const { server, takeBack } = await start(options, log);
      letGo();
      try {
        await runUntilStopped(options, server, log);
      } finally {
        takeBack();
      }
    });
  } finally {
    letGo();
  }
};

const withLog = async ({ dir, onLine, verbose }: ServeOptions, work: (log: Logger) => Promise<void>): Promise<void> => {
  const level = verbose ? 'debug' : loadSettings(dir).log.level;
  const file = new RotatingFile(projectPaths(dir).log);
  let show = onLine;
  const write = (line: string): void => {
    file.write(line);
    show?.(line);
  };
  const log = createLog({ level, destination: { write } });
  const onCrash = (error: Error): void => log.fatal({ err: error }, 'the server crashed');
  process.on('uncaughtExceptionMonitor', onCrash);
  try {
    await work(log);
  } catch (error) {
    // Whoever reads along is told by the command itself.
    show = undefined;
    const { code, message } = translate(error);
    log.error({ code, err: error }, message);
    throw error;
  } finally {
    process.off('uncaughtExceptionMonitor', onCrash);
    file.close();
  }
};

const start = async ({ dir, overrides, isDetached }: ServeOptions, log: Logger) => {
  const settings = loadSettings(dir);
  const startedAt = new Date().toISOString();
  log.info({ version, node: process.version }, 'starting');
  const server = await startEmbeddedServer({
    dir,
    settings: { ...settings, server: { ...settings.server, ...overrides } },
    secrets: loadSecrets(dir),
    log,
  });
  const { host, port } = server;
  const url = typableUrl(server);
  const facts = { startedAt, url, host, port, version, detached: isDetached, options: overrides };
  try {
    writeRunVersion(dir, version);
    settleUpgrade(dir, version);
    const takeBack = writeServerState(dir, facts);
    log.info({ url }, 'ready');
    return { server: { ...server, url }, takeBack };
  } catch (error) {
    await server.stop();
    throw error;
  }
};

const runUntilStopped = async (
  { signal, onReady }: ServeOptions,
  server: EmbeddedServer,
  log: Logger,
): Promise<void> => {
  if (!signal.aborted) onReady(server);
  const reason = await Promise.race([aborted(signal), server.failed]);
  if (reason === undefined) await stop(server, log);
  else throw await afterFailure(server, reason);
};

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

const stop = async (server: EmbeddedServer, log: Logger): Promise<void> => {
  const sessions = (await countSessions(localUrl(server))) ?? 0;
  log.info(sessions === 0 ? 'stopping' : `stopping: closing ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`);
  await server.stop();
  log.info('stopped');
};

const afterFailure = async (server: EmbeddedServer, reason: string): Promise<CliError> => {
  const patience = new Promise((resolve) => setTimeout(resolve, brokenStopMs).unref());
  await Promise.race([server.stop().catch(() => undefined), patience]);
  return new CliError('database_failed', 'The database ended by itself, so the server has ended, too', {
    detail: reason,
    fixes: [
      '`messox up` (the database mends itself; what was acknowledged is there)',
      '`messox logs -n 50`',
      '`messox doctor`',
    ],
  });
};
