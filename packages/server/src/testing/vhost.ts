import { randomBytes } from 'node:crypto';
import { askRun } from './ask-run.ts';
import { amqpUrl, type RabbitmqAddress } from './rabbitmq.ts';
import { rabbitmqctl } from './rabbitmqctl.ts';

/** A part of the run's RabbitMQ for one test or one test file. Nothing in it reaches others, and no fault may: it is shared. */
export interface TestVhost {
  /** What a server under test is given; it holds a password. */
  readonly url: string;
  readonly name: string;
  readonly address: RabbitmqAddress;
  /**
   * Runs a command of `rabbitmqctl` on this vhost, such as `['delete_queue', name]`, `['list_bindings', 'routing_key']` or
   * `['close_all_connections', 'why']`, and resolves with what it said.
   */
  ctl(...args: [command: string, ...string[]]): Promise<string>;
  /** Removes it with all that it holds, and closes its connections. */
  drop(): Promise<void>;
}

/** Makes a vhost in the RabbitMQ of this test run (see `global-setup.ts`); `rabbitmqMissing()` says whether there can be one. */
export async function testVhost(): Promise<TestVhost> {
  const address = await askRun<RabbitmqAddress>('rabbitmq');
  const name = `test-${randomBytes(8).toString('hex')}`;
  const all = '.*';
  await rabbitmqctl(address.ctl, ['add_vhost', name]);
  await rabbitmqctl(address.ctl, ['set_permissions', '--vhost', name, address.user, all, all, all]);
  return {
    url: amqpUrl(address, name),
    name,
    address,
    ctl: (command, ...args) => rabbitmqctl(address.ctl, [command, '--vhost', name, ...args]),
    drop: async () => {
      await rabbitmqctl(address.ctl, ['delete_vhost', name]);
    },
  };
}
