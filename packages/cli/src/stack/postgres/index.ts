import type { GeneratedFile } from '../../generated/generated-file.ts';
import { memoryBudget } from '../memory-budget.ts';
import { madeBy, type Stack } from '../stack.ts';
import { connectionLimit, sumConnections } from './connections.ts';

const between = (least: number, value: number, most: number): number =>
  Math.floor(Math.min(Math.max(value, least), most));

/** What PostgreSQL may use, by the memory of its container, in MB. */
const sizes = (memoryMb: number, connections: number) => ({
  sharedBuffers: between(64, memoryMb * 0.3, 16_384),
  effectiveCache: between(128, memoryMb * 0.7, 65_536),
  // Each connection may take it, and a few of them do at once.
  workMem: between(1, (memoryMb * 0.25) / Math.sqrt(connections) / 2, 64),
  maintenance: between(16, memoryMb / 16, 1_024),
  maxWal: between(256, memoryMb, 4_096),
});

const configuration = (stack: Stack): string => {
  const { max, perProcess, processes } = sumConnections(stack);
  const limit = connectionLimit(stack);
  const size = sizes(memoryBudget(stack).postgres, limit);
  return `${madeBy('Settings of your own go into the command of postgres in compose.override.yaml: -c name=value.')}
listen_addresses = '*'
unix_socket_directories = '/var/run/postgresql'
hba_file = '/etc/messox/postgres/pg_hba.conf'
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'

# ${processes} processes with up to ${perProcess} each, and some for migrations, backups and people, are ${max}; more of them can
# be started as long as this number is not reached.
max_connections = ${limit}

shared_buffers = '${size.sharedBuffers}MB'
effective_cache_size = '${size.effectiveCache}MB'
work_mem = '${size.workMem}MB'
maintenance_work_mem = '${size.maintenance}MB'
max_wal_size = '${size.maxWal}MB'
random_page_cost = 1.1
# Docker forbids io_uring to containers.
io_method = 'worker'

# A process that died while it held a transaction keeps others waiting no longer than this.
idle_in_transaction_session_timeout = '60s'
tcp_keepalives_idle = 60
tcp_keepalives_interval = 10
tcp_keepalives_count = 3

# What people write is in no log: neither statements that failed nor what they were given.
log_min_error_statement = 'panic'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_line_prefix = '%m [%p] %u@%d '
`;
};

const access = `${madeBy('Another one is named by -c hba_file=… in the command of postgres in compose.override.yaml.')}
# The network of the containers that are let in has no way out, and nobody else is in it.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
host messox messox samenet scram-sha-256
`;

/** Settings of PostgreSQL 18, sized to its container. */
export const renderPostgres = (stack: Stack): GeneratedFile[] => [
  { path: 'postgres/postgresql.conf', mode: 0o644, content: configuration(stack) },
  { path: 'postgres/pg_hba.conf', mode: 0o644, content: access },
];
