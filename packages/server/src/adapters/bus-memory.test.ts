import { busContract } from '../ports/bus.contract.ts';
import { memoryBus } from './bus-memory.ts';

busContract('memory', async () => ({
  connect: async () => memoryBus(() => undefined),
  reachesOtherProcesses: false,
  stop: async () => undefined,
}));
