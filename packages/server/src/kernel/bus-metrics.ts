import { Counter, Gauge, type Registry } from 'prom-client';
import type { Bus, BusCounts } from '../ports/bus.ts';

const counters: readonly [keyof BusCounts, string][] = [
  ['published', 'Messages given to the bus.'],
  ['confirmed', 'Messages that the bus has taken.'],
  ['dropped', 'Messages that the bus could not take, or of which nobody knows; gateways repair from the database.'],
  ['reconnects', 'Connections to the message broker that were made anew.'],
];

/** What the bus counts itself, read when somebody looks. */
export const countBus = (registry: Registry, bus: Bus): void => {
  const registers = [registry];
  for (const [what, help] of counters)
    new Counter({
      name: `messox_bus_${what}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(bus.counts()[what]);
      },
    });
  new Gauge({
    name: 'messox_bus_unconfirmed',
    help: 'Messages that wait for the message broker.',
    registers,
    collect() {
      this.set(bus.counts().unconfirmed);
    },
  });
};
