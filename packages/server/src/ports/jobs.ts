import type { Limits } from '@messox/protocol';
import type { Sql, TransactionSql } from 'postgres';

export interface NewJob {
  /** `module.name`: which handler is to do it. */
  readonly kind: string;
  /** JSON text. */
  readonly payload: string;
  /** Stands for the whole job: while one with this key waits for its first attempt, another is the same job. */
  readonly key?: string | undefined;
  /** How long to wait before the first attempt. */
  readonly delayMs?: number | undefined;
}

/** One attempt at a job. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly payload: string;
  /** 1, 2, 3, … */
  readonly attempt: number;
  /** Aborted when the attempt is no longer waited for: it took too long, the process stops, or another process has the job. */
  readonly signal: AbortSignal;
}

/** A job that was given up. */
export interface DeadJob {
  readonly id: string;
  readonly kind: string;
  readonly payload: string;
  readonly attempts: number;
  /** What the last attempt failed with. */
  readonly error: string;
  readonly createdAt: Date;
  readonly diedAt: Date;
}

/** Who works on jobs in this process. */
export interface JobsListener {
  /** Resolves when the job is done. The message of what it rejects with is kept with the job. */
  run(job: Job): Promise<void>;
  /** An attempt failed, and there will be another. */
  onRetry(kind: string, waitMs: number): void;
  /** The job was given up. */
  onDead(kind: string): void;
}

export interface DeadJobs {
  /** The latest first, those that died before the one with the id `before`: several may have died at the same time. */
  list(options?: { limit?: number; before?: string }): Promise<DeadJob[]>;
  /** Lets these begin anew. @returns how many there were */
  retry(ids: readonly string[]): Promise<number>;
  /** Forgets these. @returns how many there were */
  drop(ids: readonly string[]): Promise<number>;
  /** Forgets those that died longer ago. @returns how many there were */
  dropOlder(ms: number): Promise<number>;
}

/**
 * Work that is done at least once, by any process that works on jobs, after the transaction that wants it is committed.
 * An attempt that fails is followed by another, after waits that grow, and after the last one the job is a dead letter.
 */
export interface Jobs {
  readonly dead: DeadJobs;
  /**
   * Takes a job as part of a transaction, or by itself. @returns its id; undefined when one of its key waits already,
   * which will begin after this transaction has ended
   *
   * @throws Error when the payload is larger than `jobPayloadBytes`
   */
  enqueue(sql: Sql | TransactionSql, job: NewJob): Promise<string | undefined>;
  /** From now on this process works on jobs, `jobsParallel` at a time, of every kind there is. */
  work(listener: JobsListener): Promise<void>;
  /** How many wait for an attempt, in all processes together. */
  waiting(): Promise<number>;
  /** Whether this process could begin a job at present. */
  ready(): boolean;
  /** Begins no more jobs; resolves when those under way have ended, or after `drainMs` have been given back. */
  stop(): Promise<void>;
}

export type JobLimits = Pick<Limits, Extract<keyof Limits, `job${string}`> | 'drainMs'>;

/** The part of a log that the adapters write to. */
export interface JobsLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface JobsOptions {
  readonly sql: Sql;
  readonly log: JobsLog;
  readonly limits: JobLimits;
}

/** How a server that has opened its database makes its jobs. */
export type OpenJobs = (options: JobsOptions) => Jobs;
