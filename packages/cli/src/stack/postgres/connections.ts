import { memoryBudget, processesOf } from '../memory-budget.ts';
import type { Stack } from '../stack.ts';

/** What a process opens besides its pool: for sends, sends apart, and what it is told. */
const besidesPool = 6;
/** The step that migrates, and a backup that reads meanwhile. */
const ownCommands = 4;
/** For whoever looks into the database, and for what PostgreSQL keeps for its superuser. */
const reserve = 10;

/** How many connections all processes may open. */
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

/** What a connection that works takes of PostgreSQL's memory, in MB. */
const connectionMb = 3;
const mostConnections = 1_000;

/** How many connections the memory of PostgreSQL is good for. */
export const affordableConnections = (stack: Stack): number =>
  Math.min(mostConnections, Math.floor(memoryBudget(stack).postgres / connectionMb));

/** What PostgreSQL is set to: it learns of another number when it starts anew only, so there is room for more processes. */
export const connectionLimit = (stack: Stack): number =>
  Math.max(sumConnections(stack).max, affordableConnections(stack));
