import { parseArgs } from 'node:util';
import { StartFault } from '../kernel/fault.ts';
import { type Role, roleNames } from '../kernel/roles.ts';

export interface CommandLine {
  /** What the process does: it serves, or does one thing and ends. */
  readonly task: 'serve' | 'migrate' | 'check';
  /** Empty where it does not serve. */
  readonly roles: ReadonlySet<Role>;
  /** The path of `messox.yaml`; without one only the environment counts. */
  readonly settings?: string;
  /** The folder of the administrator's own modules; without one there are none. */
  readonly modules?: string;
  /** Names of modules that are not loaded. */
  readonly without: readonly string[];
}

export const usage = `Usage: messox-server --role ROLE[,ROLE…] [--settings messox.yaml] [--modules FOLDER]
       messox-server --migrate [--settings messox.yaml] [--modules FOLDER]
       messox-server --check [--settings messox.yaml] [--modules FOLDER] [--without NAME]

Runs one process of a messox server on a PostgreSQL and a RabbitMQ that somebody else runs.

Options:
  --role ROLES      what the process does: ${roleNames.join(', ')}, or several of them
  --migrate         bring the database up to date and end; needs MESSOX_DATABASE_URL alone
  --check           load the settings and the modules, say what is wrong with them, and end
  --modules FOLDER  modules of your own: each folder in it is one, and runs with all rights of the server
  --without NAME    a module of your own that is not looked at, more than once for more of them
  --settings FILE   the settings, - for those of stdin; any can be overridden by the environment
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
    check: { type: 'boolean' },
    modules: { type: 'string' },
    settings: { type: 'string' },
    without: { type: 'string', multiple: true },
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
  const { check = false, migrate = false, modules, role, settings, without = [] } = values;
  if (without.length > 0 && !check) throw new StartFault('invalid_usage', '--without is for --check alone.', help);
  const files = {
    without,
    ...(settings === undefined ? {} : { settings }),
    ...(modules === undefined ? {} : { modules }),
  };
  const [once, other] = [...(migrate ? ['--migrate'] : []), ...(check ? ['--check'] : [])];
  if (once !== undefined && (role !== undefined || other !== undefined))
    throw new StartFault('invalid_usage', `${once} ends when it is done, so it has no ${other ?? '--role'}.`, help);
  if (once !== undefined) return { task: migrate ? 'migrate' : 'check', roles: new Set(), ...files };
  if (role === undefined) throw new StartFault('invalid_usage', 'No --role is given.', help);
  return { task: 'serve', roles: rolesOf(role), ...files };
};
