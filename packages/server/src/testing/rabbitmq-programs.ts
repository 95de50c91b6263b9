import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A folder with another RabbitMQ's `rabbitmq-server` and `rabbitmqctl`, such as one of version 4, for the tests to run against. */
const givenVariable = 'MESSOX_TEST_RABBITMQ';
/** Debian's own scripts: those in its /usr/sbin change the user and write below /var. */
const debianFolder = '/usr/lib/rabbitmq/bin';

export interface RabbitmqPrograms {
  server: string;
  ctl: string;
  /** Erlang's register of nodes. */
  epmd: string;
}

/** The programs of the RabbitMQ for tests, or why there is none: a test without them is skipped with that reason. */
export function findRabbitmq(): RabbitmqPrograms | string {
  const given = process.env[givenVariable];
  const path = (process.env.PATH ?? '').split(':').filter(Boolean);
  const isHere = (folder: string): boolean => existsSync(join(folder, 'rabbitmq-server'));
  const folder = given ?? [debianFolder, ...path].find(isHere);
  if (folder === undefined) return 'there is no RabbitMQ here (Debian: apt-get install rabbitmq-server)';
  if (!isHere(folder)) throw new Error(`There is no rabbitmq-server in ${folder}, which ${givenVariable} names.`);
  const erlang = path.find((it) => existsSync(join(it, 'epmd')));
  if (erlang === undefined) return 'there is no epmd in PATH, which RabbitMQ needs (it comes with Erlang)';
  return { server: join(folder, 'rabbitmq-server'), ctl: join(folder, 'rabbitmqctl'), epmd: join(erlang, 'epmd') };
}

/** Why tests cannot have a RabbitMQ here; undefined when they can. For `skip` of a test's context. */
export const rabbitmqMissing = (): string | undefined => {
  const found = findRabbitmq();
  return typeof found === 'string' ? found : undefined;
};
