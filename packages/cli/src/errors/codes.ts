import type { exit } from './exit.ts';

interface ErrorContract {
  readonly exit: keyof typeof exit;
  readonly about: string;
}

const error = (kind: keyof typeof exit, about: string): ErrorContract => ({ exit: kind, about });

/** Every error that a command ends with. The codes are stable; `explanations` has more of each. */
export const errorCodes = {
  bug: error('bug', 'Something happened that messox does not expect.'),
  unknown_command: error('usage', 'There is no such command.'),
  unknown_option: error('usage', 'The command has no such option.'),
  invalid_usage: error(
    'usage',
    'An argument or an option is missing, one too many, or has a value that it cannot have.',
  ),
  input_needed: error('usage', 'A value is missing and there is no terminal to ask for it.'),
  confirmation_needed: error('usage', 'A question must be answered with yes and there is no terminal to ask it.'),
  settings_missing: error('usage', 'The folder holds no messox.yaml.'),
  settings_invalid: error('usage', 'messox.yaml does not fit its schema.'),
  unknown_setting: error('usage', 'There is no setting of that name.'),
  invalid_setting: error('usage', 'The setting cannot have that value.'),
  secrets_missing: error('usage', 'The folder holds no .env, or a secret in it is empty.'),
  secrets_invalid: error('usage', 'A line of .env is not NAME=value.'),
  not_running: error('state', 'No server runs in the folder.'),
  already_running: error('locked', 'A server runs in the folder already.'),
  runs_in_foreground: error('state', 'The server was not started with up -d, so it cannot be started again from here.'),
  not_ready: error('unhealthy', 'The server was not ready in time.'),
  not_stopped: error('unhealthy', 'The server did not stop in time.'),
  start_failed: error('tool', 'The process of the server ended while it started, without saying why.'),
  database_failed: error('tool', 'The database ended by itself, and the server with it.'),
  database_missing: error('state', 'The folder has no database yet.'),
  log_missing: error('state', 'The folder has no log yet.'),
  port_in_use: error('preflight', 'Another program listens on the port.'),
  port_not_permitted: error('preflight', 'This user may not listen on the port.'),
  address_not_available: error('preflight', 'The machine does not have the address to listen on.'),
  listen_failed: error('preflight', 'The server cannot listen where the settings say.'),
  token_key_weak: error('usage', 'MESSOX_TOKEN_KEY in .env is too short.'),
  migrations_pending: error('state', 'The database is older than this version of messox.'),
  migration_edited: error('state', 'A migration was changed after it ran on the database.'),
  database_newer: error('state', 'A newer version of messox has changed the database.'),
  migration_failed: error('tool', 'The database refused a migration; nothing of it was applied.'),
  migration_misnamed: error('usage', 'The migrations of a module are not numbered 0001, 0002, ….'),
  not_a_module: error('usage', 'The folder is no folder of a module.'),
  postgres_platform_unsupported: error('preflight', 'There is no embedded PostgreSQL that runs on this machine.'),
  postgres_unreachable_folder: error('preflight', 'The account of PostgreSQL cannot reach its data folder.'),
  postgres_wrong_owner: error('preflight', 'The data folder belongs to another user.'),
  postgres_in_use: error('locked', 'Another process uses the data folder.'),
  postgres_not_a_cluster: error('preflight', 'The data folder holds something that is not a database.'),
  postgres_other_major: error('preflight', 'The data folder was made by another major version of PostgreSQL.'),
  postgres_password_wrong: error('usage', 'The database does not know the password in .env.'),
  postgres_start_failed: error('tool', 'PostgreSQL did not start.'),
  postgres_not_durable: error('preflight', 'PostgreSQL runs with settings that can lose acknowledged messages.'),
  mode_external: error(
    'usage',
    'The command is for a server with its own PostgreSQL, and the settings say another mode.',
  ),
  manifest_invalid: error('state', 'What messox knows about the files that it generated cannot be read.'),
  nothing_to_render: error('usage', 'The settings are those of a server that needs no generated files.'),
  mode_compose: error('usage', 'The command does not work on a server that Docker runs.'),
  database_url_invalid: error('usage', 'MESSOX_DATABASE_URL of messox-server is not what it should be.'),
  database_unreachable: error('preflight', 'PostgreSQL cannot be reached.'),
  database_refused: error('usage', 'The PostgreSQL of messox-server does not let it in.'),
  database_too_old: error('preflight', 'The PostgreSQL of messox-server is older than 15.'),
  amqp_url_invalid: error('usage', 'MESSOX_AMQP_URL of messox-server is not what it should be.'),
  broker_refused: error('usage', 'The RabbitMQ of messox-server does not let it in.'),
  username_taken: error('state', 'There is an account of that name already.'),
  username_confusable: error('usage', 'The username mixes scripts or looks like that of another account.'),
  user_not_found: error('state', 'There is no account of that name.'),
  invalid_account: error('usage', 'The name or the password cannot be that of an account.'),
  server_unreachable: error('state', 'No messox server answers at the address.'),
  invalid_credentials: error('usage', 'There is no such account on the server, or its password is another one.'),
  registration_closed: error('state', 'The server takes no registrations.'),
  logged_out: error('state', 'The server has ended the session.'),
  account_disabled: error('state', 'The account was disabled by an administrator of the server.'),
  request_refused: error('state', 'The server refused a request.'),
  checks_failed: error('preflight', 'A check before the work failed.'),
  no_permission: error('preflight', 'A file or folder may not be read or written by this user.'),
  read_only: error('preflight', 'The file system is mounted read-only.'),
  disk_full: error('preflight', 'No space or no inodes are left on the disk, or a quota is used up.'),
  not_a_folder: error('preflight', 'A path leads through something that is not a folder.'),
  not_a_file: error('preflight', 'A folder stands where a file is needed.'),
  path_missing: error('preflight', 'A file or folder that is needed does not exist.'),
  locked: error('locked', 'Another messox command is at work in the folder.'),
  cancelled: error('cancelled', 'You answered no; nothing was changed.'),
  interrupted: error('interrupted', 'The command was interrupted by Ctrl-C or a signal.'),
} as const satisfies Record<string, ErrorContract>;

export type ErrorCode = keyof typeof errorCodes;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);
