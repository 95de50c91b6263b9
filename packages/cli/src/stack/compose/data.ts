import { memoryBudget } from '../memory-budget.ts';
import { dataUid, type Stack } from '../stack.ts';
import { container, healthcheck, listensOn, manyFiles, readOnlyMount, type Service } from './container.ts';

const own = `${dataUid}:${dataUid}`;
const ownTmpfs = (path: string): string => `${path}:uid=${dataUid},gid=${dataUid},mode=0755`;

/** Where the data is in the container. From 18 on each major version has a folder of its own below that of the volume. */
export const postgresVolume = { type: 'volume', source: 'postgres', target: '/var/lib/postgresql' } as const;
export const postgresFolder = `${postgresVolume.target}/18/docker`;

export const postgresService = (stack: Stack): Service => ({
  image: stack.settings.deploy.images.postgres,
  ...container({ memoryMb: memoryBudget(stack).postgres, pids: 1_024, graceSeconds: 60 }),
  user: own,
  // Ends sessions and stops in order; SIGTERM would wait for them.
  stop_signal: 'SIGINT',
  command: ['postgres', '-c', 'config_file=/etc/messox/postgres/postgresql.conf'],
  environment: {
    POSTGRES_USER: 'messox',
    POSTGRES_DB: 'messox',
    POSTGRES_PASSWORD_FILE: '/run/secrets/database-password',
    POSTGRES_HOST_AUTH_METHOD: 'scram-sha-256',
    // Sorts the same on every machine and release, unlike the locales of the C library.
    POSTGRES_INITDB_ARGS:
      '--auth=scram-sha-256 --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --data-checksums',
    PGDATA: postgresFolder,
  },
  secrets: ['database-password'],
  volumes: [postgresVolume, readOnlyMount('./postgres', '/etc/messox/postgres')],
  tmpfs: ['/tmp:size=64m,mode=1777', ownTmpfs('/var/run/postgresql')],
  shm_size: '256m',
  networks: ['data'],
  // While the database is made, it listens on its socket alone and is not ready.
  ...healthcheck({
    command: ['pg_isready', '-h', '127.0.0.1', '-U', 'messox', '-d', 'messox'],
    everySeconds: 5,
    startSeconds: 60,
  }),
});

export const rabbitmqService = (stack: Stack): Service => ({
  image: stack.settings.deploy.images.rabbitmq,
  // The folder of its data is named after the host: with another name it would begin anew.
  hostname: 'rabbitmq',
  ...container({ memoryMb: memoryBudget(stack).rabbitmq, pids: 1_024, graceSeconds: 60 }),
  user: own,
  environment: {
    RABBITMQ_CONFIG_FILE: '/etc/messox/rabbitmq/rabbitmq.conf',
    RABBITMQ_ENABLED_PLUGINS_FILE: '/etc/messox/rabbitmq/enabled_plugins',
    RABBITMQ_NODENAME: 'rabbit@rabbitmq',
  },
  secrets: ['rabbitmq-definitions'],
  volumes: [
    { type: 'volume', source: 'rabbitmq', target: '/var/lib/rabbitmq' },
    readOnlyMount('./rabbitmq', '/etc/messox/rabbitmq'),
  ],
  tmpfs: ['/tmp:size=64m,mode=1777', ownTmpfs('/var/log/rabbitmq')],
  ...manyFiles,
  networks: ['data'],
  // It listens as the last step of its start. `rabbitmq-diagnostics` would start an Erlang VM each time.
  ...healthcheck({ command: listensOn(5_672), everySeconds: 5, startSeconds: 90 }),
});
