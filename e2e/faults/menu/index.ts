import { brokerFaults } from './broker.ts';
import { jumpingClock } from './clock.ts';
import {
  crashDatabase,
  freezeBackend,
  freezePostmaster,
  killBackend,
  killPostmaster,
  terminateBackends,
} from './database.ts';
import { fullDisk } from './disk.ts';
import type { Fault } from './fault.ts';
import { cutLine, delayLine, halfOpenLine, narrowLine, sliceLine, slowReader } from './lines.ts';
import { freezeServer, killServer, rollingRestart } from './server-processes.ts';

export type { Fault } from './fault.ts';

/** Everything that goes wrong. */
export const menu: readonly Fault[] = [
  killServer,
  freezeServer,
  rollingRestart,
  crashDatabase,
  killPostmaster,
  freezePostmaster,
  killBackend,
  freezeBackend,
  terminateBackends,
  fullDisk,
  cutLine,
  halfOpenLine,
  delayLine,
  sliceLine,
  narrowLine,
  slowReader,
  jumpingClock,
  ...brokerFaults,
];
