import type { Scenario } from '../scenario.ts';
import { direct, directSlowDisk } from './direct.ts';
import { fanOut1000, fanOut200 } from './fan-out.ts';
import { history, historyLarge } from './history.ts';
import { hotChannel } from './hot-channel.ts';
import { idle10000, idle2000 } from './idle.ts';
import { flood, neverReads, pings } from './one-client.ts';
import { reconnect1000, reconnect10000, reconnect2000 } from './reconnect.ts';
import { restart } from './restart.ts';
import { steady, steadySlowDisk } from './steady.ts';

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  direct,
  directSlowDisk,
  steady,
  steadySlowDisk,
  fanOut200,
  fanOut1000,
  reconnect1000,
  reconnect2000,
  reconnect10000,
  idle2000,
  idle10000,
  history,
  historyLarge,
  hotChannel,
  flood,
  pings,
  neverReads,
  restart,
];
