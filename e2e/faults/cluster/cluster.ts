import type { TestRabbitmq } from '@messox/server/testing';
import type { Sql } from 'postgres';
import type { Dice } from '../dice.ts';
import type { Proxy } from './proxy.ts';
import type { ServerProcess } from './server-process.ts';

/** What can be done to the PostgreSQL of a cluster. */
export interface DatabaseControl {
  /** Runs `work` over a connection of the administrator's own, past all proxies. */
  asAdmin<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Of the postmaster; undefined while there is none. */
  pid(): Promise<number | undefined>;
  /** Starts it where it has ended. */
  start(): Promise<void>;
  /** Where its disk is filled, on a file system of its own. */
  readonly disk?: string;
}

/** Everything that runs, and everything that stands in between. */
export interface Cluster {
  readonly servers: readonly ServerProcess[];
  readonly database: DatabaseControl;
  readonly broker?: TestRabbitmq;
  /** In front of each server, by its name. */
  readonly clientLines: ReadonlyMap<string, Proxy>;
  readonly databaseLine?: Proxy;
  readonly brokerLine?: Proxy;
  /** Servers whose clock can be set, by name to the file that holds the difference. */
  readonly clocks: ReadonlyMap<string, string>;
  /** Of some gateway, through its proxy. */
  socketUrl(dice: Dice): string;
  /** Of some API, through its proxy. */
  apiUrl(dice: Dice): string;
  /** Everything runs and every line is good; resolves when all servers are ready. */
  heal(): Promise<void>;
  /** A server that tells whole timelines, however long. Called when everything is quiet. */
  openReader(): Promise<string>;
  stop(): Promise<void>;
}
