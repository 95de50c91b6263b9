import { AmqpUrlError, BrokerRefusal, checkedAmqpUrl, rabbitmqBus } from '../adapters/bus-rabbitmq/index.ts';
import { rabbitmqJobs } from '../adapters/jobs-rabbitmq.ts';
import { StartFault } from '../kernel/fault.ts';
import type { DatabaseAddress } from '../kernel/database/pool.ts';
import type { Logger } from '../kernel/log.ts';
import type { Role } from '../kernel/roles.ts';
import { effectiveLimits, type RunningServer, startServer } from '../kernel/server.ts';
import { checkTokenKey } from '../kernel/auth/token-key.ts';
import { Undo } from '../kernel/undo.ts';
import type { ModuleChoice } from '../own-modules/load.ts';
import type { Settings } from '../settings.ts';
import { version } from '../version.ts';
import { checkDatabase } from './check-database.ts';
import { parseDatabaseUrl } from './database-url.ts';
import type { ExternalSecrets } from './secrets.ts';
import { waitForDatabase } from './wait-for-database.ts';

export interface ExternalOptions {
  readonly roles: ReadonlySet<Role>;
  readonly choice: ModuleChoice;
  readonly settings: Settings;
  readonly secrets: ExternalSecrets;
  readonly log: Logger;
  /** Its abort calls a start that waits off. */
  readonly signal: AbortSignal;
}

const asStartFault = (error: unknown): unknown => {
  if (error instanceof AmqpUrlError)
    return new StartFault('amqp_url_invalid', `MESSOX_AMQP_URL is not what it should be. ${error.message}`, 'Mend it.');
  if (error instanceof BrokerRefusal)
    return new StartFault(
      'broker_refused',
      `RabbitMQ refuses the connection. ${error.message}`,
      'Check user, password and vhost in MESSOX_AMQP_URL: rabbitmqctl list_users, list_vhosts, list_permissions.',
      { cause: error },
    );
  return error;
};

/** One attempt, of which nothing is left when it fails. */
const start = async (
  { choice, log, roles, secrets, settings }: ExternalOptions,
  database: DatabaseAddress,
): Promise<RunningServer> => {
  const undo = new Undo();
  try {
    await checkDatabase(database);
    const bus = await rabbitmqBus({ url: secrets.amqpUrl, log, limits: effectiveLimits(settings.limits) });
    undo.push(() => bus.close());
    const server = await startServer({
      settings,
      roles,
      ...choice,
      database,
      bus,
      jobs: rabbitmqJobs(secrets.amqpUrl),
      tokenKey: secrets.tokenKey,
      secrets: { appApiKey: secrets.appApiKey },
      log,
      version,
    });
    undo.push(() => server.stop());
    let stopping: Promise<void> | undefined;
    return { ...server, stop: () => (stopping ??= undo.run()) };
  } catch (error) {
    await undo.run().catch((failure: unknown) => log.error({ err: failure }, 'the start could not be undone'));
    throw error;
  }
};

/**
 * One process of a server, with these roles, on a PostgreSQL and a RabbitMQ that somebody else runs. While PostgreSQL is
 * away, at whatever point of the start, it waits; RabbitMQ may come later.
 *
 * @throws StartFault with what is in the way
 */
export const startExternalServer = async (options: ExternalOptions): Promise<RunningServer> => {
  const { log, secrets, signal } = options;
  try {
    checkTokenKey(
      secrets.tokenKey,
      'Set MESSOX_TOKEN_KEY to 32 random characters or more, the same for all processes.',
    );
    const database = parseDatabaseUrl(secrets.databaseUrl);
    checkedAmqpUrl(secrets.amqpUrl);
    return await waitForDatabase(() => start(options, database), { log, signal });
  } catch (error) {
    throw asStartFault(error);
  }
};
