import type { Cluster } from '../cluster/cluster.ts';
import { type Blow, type Fault, nothing } from './fault.ts';

const needs = ({ broker }: Cluster): string | undefined =>
  broker ? undefined : 'there is no broker: one process needs none';

type Ctl = (...words: string[]) => Promise<void>;

/** A fault of the broker, by what is told to `rabbitmqctl`. */
const byCtl = (
  name: string,
  lastsMs: readonly [number, number],
  inject: (ctl: Ctl) => Promise<void>,
  heal: (ctl: Ctl) => Promise<void> = nothing,
): Fault => ({
  name,
  needs,
  aim: ({ broker }): Blow => {
    const ctl: Ctl = async (...words) => {
      await broker?.ctl(...words);
    };
    return {
      targets: ['broker'],
      lastsMs,
      inject: () => inject(ctl),
      heal: () => heal(ctl),
    };
  },
});

const stopBroker = byCtl(
  'broker stopped',
  [0, 4_000],
  (ctl) => ctl('stop_app'),
  (ctl) => ctl('start_app'),
);

/** Publishers are blocked until it is over. */
const alarmBroker = byCtl(
  'broker alarmed',
  [500, 4_000],
  (ctl) => ctl('set_vm_memory_high_watermark', 'absolute', '1'),
  (ctl) => ctl('set_vm_memory_high_watermark', 'absolute', '1GB'),
);

/** The queues of gateways, under their consumers. The broker may refuse, as an exclusive queue is its connection's. */
const deleteQueues: Fault = {
  name: 'queues deleted',
  needs,
  aim: ({ broker }) => ({
    targets: ['broker'],
    inject: async () => {
      const names = (await broker?.ctl('list_queues', '--no-table-headers', 'name')) ?? '';
      for (const name of names.split('\n').filter((line) => line !== ''))
        await broker?.ctl('delete_queue', name).catch(() => undefined);
    },
    heal: nothing,
  }),
};

const closeBrokerConnections = byCtl('broker closes all connections', [0, 0], (ctl) =>
  ctl('close_all_connections', 'closed by the fault suite'),
);

/** The broker is killed and comes back without whatever was not on its disk. */
const killBroker: Fault = {
  name: 'kill -9 of the broker',
  needs,
  aim: ({ broker }) => ({
    targets: ['broker'],
    lastsMs: [0, 2_000],
    inject: async () => broker?.kill(),
    heal: async () => broker?.start(),
  }),
};

const freezeBroker: Fault = {
  name: 'SIGSTOP of the broker',
  needs,
  aim: ({ broker }) => ({
    targets: ['broker'],
    lastsMs: [200, 4_000],
    inject: async () => {
      if (broker) process.kill(broker.pid(), 'SIGSTOP');
    },
    heal: async () => {
      if (broker) process.kill(broker.pid(), 'SIGCONT');
    },
  }),
};

export const brokerFaults: readonly Fault[] = [
  stopBroker,
  alarmBroker,
  deleteQueues,
  closeBrokerConnections,
  killBroker,
  freezeBroker,
];
