import type { z } from 'zod';
import type { Sql, Transaction } from '../database/pool.ts';

/** What a kind of job takes. */
export interface JobDefinition<S extends z.ZodType = z.ZodType> {
  /** Within its module, whose name is put in front of it. */
  readonly name: string;
  /** Of JSON; a version that is upgraded must still take what the one before it enqueued. */
  readonly payload: S;
}

/** What a handler gets beside the payload. */
export interface Attempt {
  /** The same at every attempt at this job. */
  readonly id: string;
  /** 1, 2, 3, … */
  readonly attempt: number;
  /** Aborted when nobody waits for this attempt any more: it took longer than `jobMs`, or the server stops. */
  readonly signal: AbortSignal;
}

/**
 * Does a job. It may run more than once for one job, and in two processes at the same time, so what it does has to bear
 * being done again. What it throws is a failed attempt; the message is kept with the job.
 */
export type JobHandler<S extends z.ZodType = z.ZodType> = (payload: z.output<S>, attempt: Attempt) => Promise<void>;

export interface EnqueueOptions {
  /** The transaction that wants the job done: it is done if that is committed. */
  readonly sql?: Sql | Transaction;
  /** While a job of this key waits for its first attempt, another is the same job: it begins after both transactions. */
  readonly key?: string;
  /** How long to wait before the first attempt. */
  readonly delayMs?: number;
}

/** Takes a job. @returns whether it is a new one, and not one of the same key that waits already */
export type Enqueue<S extends z.ZodType = z.ZodType> = (
  payload: z.input<S>,
  options?: EnqueueOptions,
) => Promise<boolean>;

/** A job that comes again and again, whatever the number of processes. */
export interface TurnDefinition {
  /** Within its module, whose name is put in front of it. */
  readonly name: string;
  /** From one turn to the next. Turns that were missed are one turn. */
  readonly everyMs: number;
}
