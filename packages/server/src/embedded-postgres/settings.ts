import type { Endpoint } from './endpoint.ts';
import { CLUSTER_NAME_SETTING } from './process-identity.ts';

/** Read by `log.ts`: time, pid, SQLSTATE and kind of process stand before each message. */
const LOG_LINE_PREFIX = '%m [%p] %e %b: ';

/** The settings are given on the command line, which outranks postgresql.conf and ALTER SYSTEM. */
export function serverArguments(dataDir: string, endpoint: Endpoint, maxConnections: number): string[] {
  const settings = [
    CLUSTER_NAME_SETTING,
    ...('folder' in endpoint
      ? ['listen_addresses=', `unix_socket_directories=${quoteListItem(endpoint.folder)}`]
      : [`listen_addresses=${endpoint.host}`, 'unix_socket_directories=']),
    `port=${endpoint.port}`,
    'unix_socket_permissions=0700',
    'ssl=off',
    // An acknowledged message is on disk: these three are checked again over SQL (durability.ts).
    'fsync=on',
    'synchronous_commit=on',
    'full_page_writes=on',
    // Small machines: a few dozen sessions, a cache that a VPS of 1 GB can spare, no compiler in the way of short queries.
    `max_connections=${maxConnections}`,
    'shared_buffers=128MB',
    'max_wal_size=512MB',
    'jit=off',
    'max_logical_replication_workers=0',
    'timezone=UTC',
    'log_timezone=UTC',
    'lc_messages=C',
    // Nothing that people wrote may reach the log.
    'log_destination=stderr',
    'logging_collector=off',
    `log_line_prefix=${LOG_LINE_PREFIX}`,
    'log_min_error_statement=panic',
    'log_parameter_max_length_on_error=0',
    'log_error_verbosity=terse',
    'log_statement=none',
    'log_min_duration_statement=-1',
    'log_checkpoints=off',
  ];
  return ['-D', dataDir, ...settings.flatMap((setting) => ['-c', setting])];
}

/** `unix_socket_directories` is a list: an item in double quotes may hold commas, spaces and (doubled) quotes. */
function quoteListItem(item: string): string {
  return `"${item.replaceAll('"', '""')}"`;
}
