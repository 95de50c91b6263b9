import { processesOf } from '../memory-budget.ts';
import type { Stack } from '../stack.ts';

/** What a process opens besides its pool: for sends, sends apart, and what it is told. */
const besidesPool = 6;
/** The step that migrates, and a backup that reads meanwhile. */
const ownCommands = 4;
/** For whoever looks into the database, and for what PostgreSQL keeps for its superuser. */
const reserve = 10;

/** How many connections all processes may open, and what PostgreSQL is set to. */
export interface ConnectionSum {
  readonly perProcess: number;
  /** While replicas of one role are replaced, the old ones and the new ones are there. */
  readonly processes: number;
  readonly max: number;
}

export const sumConnections = (stack: Stack): ConnectionSum => {
  const { database, deploy } = stack.settings;
  const perProcess = database.connections + besidesPool;
  const processes = processesOf(stack) + Math.max(deploy.replicas.api, deploy.replicas.gateway, deploy.replicas.worker);
  return { perProcess, processes, max: processes * perProcess + ownCommands + reserve };
};
