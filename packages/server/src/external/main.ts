import { StartFault } from '../kernel/fault.ts';
import { createLog, type Logger } from '../kernel/log.ts';
import { version } from '../version.ts';
import { checkModules } from './check-modules.ts';
import { type CommandLine, readCommandLine, usage } from './command-line.ts';
import { exit, exitCodeOf } from './exit-codes.ts';
import { migrateExternal } from './migrate.ts';
import { readSecret, readSecrets } from './secrets.ts';
import { loadModules } from '../own-modules/load.ts';
import { readSettings, refuseEmbedded } from './settings.ts';

/** What was left open may keep the process from ending for this long, in ms. */
const lingerMs = 3_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C comes more than once, from the terminal and from npm: what follows within this time is the same press, in ms. */
const samePressMs = 500;

const logTo = (level: string): Logger =>
  createLog({ level, destination: { write: (line) => void process.stdout.write(line) } });

/** Aborts with the first signal, and ends the process with the second. */
const untilSignalled = (log: () => Logger): AbortSignal => {
  const controller = new AbortController();
  let firstAt = -Infinity;
  for (const name of signals)
    process.on(name, () => {
      if (performance.now() - firstAt < samePressMs) return;
      if (controller.signal.aborted) {
        log().warn({ signal: name }, 'ended before it had stopped');
        process.exit(exit.interrupted);
      }
      firstAt = performance.now();
      controller.abort();
    });
  return controller.signal;
};

const runOn = async (line: CommandLine, log: (level?: string) => Logger, signal: AbortSignal): Promise<void> => {
  const { roles, task } = line;
  if (task === 'check') return checkModules(line, log());
  const choice = await loadModules(line.modules);
  const settings = readSettings(line.settings, process.env, choice.modules);
  const ownLog = log(settings.log.level);
  const files = [...choice.own.values()];
  refuseEmbedded(settings, line.settings);
  if (files.length > 0) ownLog.info({ files }, 'modules of your own are loaded');
  if (task === 'migrate')
    return migrateExternal({ choice, databaseUrl: readSecret(process.env, 'databaseUrl'), log: ownLog, signal });
  const secrets = readSecrets(process.env);
  ownLog.info({ version, node: process.version, roles: [...roles] }, 'starting');
  // To check and to migrate needs little of what serves.
  const { startExternalServer } = await import('./server.ts');
  const server = await startExternalServer({ choice, roles, settings, secrets, log: ownLog, signal });
  ownLog.info({ url: server.url, host: server.host, port: server.port, roles: [...roles] }, 'ready');
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  ownLog.info('stopping');
  await server.stop();
  ownLog.info('stopped');
};

/** The program `messox-server`: runs one process until it is told to stop, and sets the exit code. */
export const main = async (): Promise<void> => {
  let current: Logger | undefined;
  const log = (level?: string): Logger =>
    level === undefined ? (current ??= logTo('info')) : (current = logTo(level));
  const signal = untilSignalled(() => log());
  process.on('uncaughtExceptionMonitor', (error) => log().fatal({ err: error }, 'the server crashed'));
  try {
    const line = readCommandLine(process.argv.slice(2));
    if (line === 'help') process.stdout.write(usage);
    else if (line === 'version') process.stdout.write(`${version}\n`);
    else await runOn(line, log, signal);
  } catch (error) {
    if (error instanceof StartFault) {
      log().fatal({ code: error.code, help: error.help }, error.message);
      process.exitCode = exitCodeOf(error.code);
    } else {
      log().fatal({ err: error }, 'messox-server met something that it does not expect; this is a bug');
      process.exitCode = exit.bug;
    }
  }
  setTimeout(() => process.exit(), lingerMs).unref();
};
