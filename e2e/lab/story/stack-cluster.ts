import { ops } from '@messox/protocol';
import type { Cluster } from '../../faults/cluster/cluster.ts';

const notHere = (): never => {
  throw new Error('The database of the stack is not reached from outside');
};

/** The stack as people see it: one address, and whatever is behind it. */
export const stackCluster = (url: string): Cluster => ({
  servers: [],
  database: { asAdmin: notHere, pid: notHere, start: notHere },
  clientLines: new Map(),
  clocks: new Map(),
  socketUrl: () => `${url.replace('http', 'ws')}${ops.socketPath}`,
  apiUrl: () => url,
  heal: () => Promise.resolve(),
  openReader: () => Promise.resolve(url),
  stop: () => Promise.resolve(),
});
