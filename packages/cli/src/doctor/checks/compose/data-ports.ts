import type { Container } from '../../../docker/containers.ts';
import type { StackDescription } from '../../../docker/describe.ts';
import { isLoopback } from '../../../project/listen.ts';
import { isPrivate } from '../../../project/private-address.ts';
import { beforeStart, fail, type Finding, ok, warn } from '../../check.ts';
import { needsEngine, stackCheck } from './stack-check.ts';

/** Of databases and brokers, by what listens on them inside a container. */
const dataPorts: Readonly<Record<number, string>> = {
  4369: 'the port mapper of Erlang',
  5432: 'PostgreSQL',
  5671: 'RabbitMQ',
  5672: 'RabbitMQ',
  15672: "RabbitMQ's management",
  15692: "RabbitMQ's metrics",
  25672: "RabbitMQ's cluster",
};

/** A port that others than this machine reach, or will. */
export interface OpenPort {
  /** The service of this stack, or the container of another. */
  readonly of: string;
  readonly own: boolean;
  readonly inside: number;
  readonly address: string;
  readonly port: string;
}

const isOpen = ({ address, inside }: Pick<OpenPort, 'address' | 'inside'>): boolean =>
  inside in dataPorts && !isLoopback(address);

const describe = ({ address, inside, of, port }: OpenPort): string =>
  `${dataPorts[inside] ?? inside} of ${of} at ${address}:${port}`;

export const judgeDataPorts = (all: readonly OpenPort[]): Finding => {
  const open = all.filter(isOpen);
  const own = open.filter((port) => port.own);
  const near = own.filter(({ address }) => isPrivate(address));
  if (near.length < own.length)
    return fail(
      `${own.map(describe).join(', ')}: everyone who reaches this machine reaches it, also past ufw, which Docker goes around`,
      'Take its ports out of compose.override.yaml, and then: `messox up`',
    );
  if (near.length > 0)
    return warn(
      `everyone in its network reaches ${near.map(describe).join(', ')}, also past ufw, which Docker goes around`,
      'Where nobody there needs it: take its ports out of compose.override.yaml, and then: `messox up`',
    );
  if (open.length > 0)
    return warn(
      `another server on this machine shows ${open.map(describe).join(', ')} to everyone, also past ufw`,
      'Publish it to this machine alone: "127.0.0.1:5432:5432" in its compose file',
    );
  return ok('database and broker are for the containers alone');
};

const described = (description: StackDescription | undefined): OpenPort[] =>
  Object.entries(description?.services ?? {}).flatMap(([of, { ports }]) =>
    (ports ?? []).map(({ host_ip: address = '0.0.0.0', published = 'any', target }) => ({
      of,
      own: true,
      inside: target,
      address,
      port: published,
    })),
  );

const seen = (running: readonly Container[], ours: string): OpenPort[] =>
  running.flatMap(({ name, project, published, service }) =>
    published.map(({ address, inside, port }) => ({
      of: project === ours ? service : name,
      own: project === ours,
      inside,
      address,
      port: String(port),
    })),
  );

export const dataPortsClosed = stackCheck({
  id: 'data-ports',
  title: 'Ports of the data',
  group: 'data',
  when: ['doctor', ...beforeStart],
  skip: needsEngine,
  run: async ({ description, running, stack: { compose } }) =>
    judgeDataPorts([...seen(await running(), compose.project), ...described(await description())]),
});
