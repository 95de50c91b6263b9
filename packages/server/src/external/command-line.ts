import { parseArgs } from 'node:util';
import { StartFault } from '../kernel/fault.ts';
import { type Role, roleNames } from '../kernel/roles.ts';

export interface CommandLine {
  /** Undefined for `--migrate`, with which the process serves nothing. */
  readonly roles: ReadonlySet<Role> | undefined;
  /** The path of `messox.yaml`; without one only the environment counts. */
  readonly settings?: string;
}

export const usage = `Usage: messox-server --role ROLE[,ROLE…] [--settings messox.yaml]
       messox-server --migrate

Runs one process of a messox server on a PostgreSQL and a RabbitMQ that somebody else runs.

Options:
  --role ROLES      what the process does: ${roleNames.join(', ')}, or several of them
  --migrate         bring the database up to date and end; needs MESSOX_DATABASE_URL alone
  --settings FILE   the settings; any can be overridden by the environment
  --version         print the version
  --help            print this

Environment: MESSOX_DATABASE_URL, MESSOX_AMQP_URL, MESSOX_TOKEN_KEY, MESSOX_APP_API_KEY; each also as NAME_FILE.
A setting such as server.port is MESSOX_SERVER__PORT.
`;

const help = 'messox-server --help shows how it is called.';

const rolesOf = (text: string): ReadonlySet<Role> => {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(roleNames as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new StartFault('invalid_usage', `There is no role "${unknown}".`, `The roles are ${roleNames.join(', ')}.`);
  return new Set(names as Role[]);
};

/** @throws StartFault invalid_usage */
export const readCommandLine = (args: readonly string[]): CommandLine | 'help' | 'version' => {
  const options = {
    role: { type: 'string' },
    migrate: { type: 'boolean' },
    settings: { type: 'string' },
    help: { type: 'boolean' },
    version: { type: 'boolean' },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }));
  } catch (error) {
    throw new StartFault('invalid_usage', error instanceof Error ? error.message : String(error), help);
  }
  if (values.help === true) return 'help';
  if (values.version === true) return 'version';
  const { settings } = values;
  if (values.migrate === true && values.role !== undefined)
    throw new StartFault('invalid_usage', '--migrate ends when it is done, so it has no --role.', help);
  if (values.migrate === true) return { roles: undefined, ...(settings === undefined ? {} : { settings }) };
  if (values.role === undefined) throw new StartFault('invalid_usage', 'No --role is given.', help);
  return { roles: rolesOf(values.role), ...(settings === undefined ? {} : { settings }) };
};
