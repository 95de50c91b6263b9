import { memoryBus } from '../adapters/bus-memory.ts';
import type { Bus } from '../ports/bus.ts';

/** The buses of two processes with a broker between them: what one publishes reaches both. */
export const linkedBuses = (): [Bus, Bus] => {
  const [one, two] = [memoryBus(), memoryBus()];
  const publish: Bus['publish'] = (shard, message) => {
    one.publish(shard, message);
    two.publish(shard, message);
  };
  return [
    { ...one, publish },
    { ...two, publish },
  ];
};
