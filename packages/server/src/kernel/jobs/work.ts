import { z } from 'zod';
import type { Job, Jobs } from '../../ports/jobs.ts';
import type { Sql } from '../database/pool.ts';
import { isShallow } from '../json.ts';
import type { Logger } from '../log.ts';
import { errorMessage } from '../log-error.ts';
import type { Metrics } from '../metrics.ts';
import { gaugeJobs, jobMetrics, type JobMetrics } from './job-metrics.ts';
import type { Attempt, Enqueue, JobDefinition, JobHandler, TurnDefinition } from './job.ts';
import { Turns } from './turns.ts';

export interface WorkOptions {
  readonly jobs: Jobs;
  readonly sql: Sql;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly limits: { readonly jsonDepth: number };
}

interface Registered {
  readonly definition: JobDefinition;
  readonly handler: JobHandler;
}

/** The jobs that modules registered: who does which, and the loop that has them done in this process. */
export class Work {
  readonly #options: WorkOptions;
  readonly #registered = new Map<string, Registered>();
  readonly #turns: Turns;
  readonly #metrics: JobMetrics;
  #stopping: Promise<void> | undefined;

  constructor(options: WorkOptions) {
    this.#options = options;
    this.#metrics = jobMetrics(options.metrics.registry);
    this.#turns = new Turns(options);
  }

  /** @throws Error when the owner has another job of this name */
  add<S extends z.ZodType>(owner: string, definition: JobDefinition<S>, handler: JobHandler<S>): Enqueue<S> {
    const { limits } = this.#options;
    const kind = `${owner}.${definition.name}`;
    if (this.#registered.has(kind)) throw new Error(`The job ${kind} is done already; there cannot be two handlers`);
    // The handler gets what its own schema makes of a payload.
    this.#registered.set(kind, { definition, handler: handler });
    return async (payload, { delayMs, key, sql = this.#options.sql } = {}) => {
      definition.payload.parse(payload);
      const text = JSON.stringify(payload);
      if (!isShallow(text, limits.jsonDepth))
        throw new Error(`The payload of a job ${kind} is nested deeper than jsonDepth, ${limits.jsonDepth}`);
      const id = await this.#options.jobs.enqueue(sql, { kind, payload: text, key, delayMs });
      if (id !== undefined) this.#metrics.enqueued.inc({ kind });
      return id !== undefined;
    };
  }

  /** @throws Error as `add` */
  every(owner: string, { everyMs, name }: TurnDefinition, handler: (attempt: Attempt) => Promise<void>): void {
    const enqueue = this.add(owner, { name, payload: z.strictObject({}) }, (_, attempt) => handler(attempt));
    this.#turns.add({ kind: `${owner}.${name}`, everyMs, enqueue });
  }

  remove(owner: string, name: string): void {
    this.#registered.delete(`${owner}.${name}`);
  }

  /** From now on this process works on jobs. */
  async start(): Promise<void> {
    const { jobs, log, metrics } = this.#options;
    gaugeJobs(metrics.registry, jobs);
    await jobs.work({
      run: (job) => this.#run(job),
      onRetry: (kind) => {
        this.#metrics.failed.inc({ kind: this.#label(kind) });
        this.#metrics.retried.inc({ kind: this.#label(kind) });
      },
      onDead: (kind) => {
        this.#metrics.failed.inc({ kind: this.#label(kind) });
        this.#metrics.dead.inc({ kind: this.#label(kind) });
        log.error({ kind }, 'a job was given up; it is in dead_jobs');
      },
    });
    await this.#turns.start();
  }

  /** Begins no more jobs and waits for those under way as `Jobs.stop` does. Called again it waits for the same end. */
  stop(): Promise<void> {
    this.#stopping ??= Promise.all([this.#turns.stop(), this.#options.jobs.stop()]).then(() => undefined);
    return this.#stopping;
  }

  async #run({ attempt, id, kind, payload, signal }: Job): Promise<void> {
    const { log } = this.#options;
    const end = this.#metrics.seconds.startTimer({ kind: this.#label(kind) });
    try {
      const registered = this.#registered.get(kind);
      // It may be of a newer version, whose processes will get it at another attempt.
      if (!registered) throw new Error('No module of this process does jobs of this kind.');
      const read = registered.definition.payload.safeParse(readJson(payload));
      if (!read.success) throw new Error(`The payload is not what the job takes: ${z.prettifyError(read.error)}`);
      await registered.handler(read.data, { id, attempt, signal });
      this.#metrics.done.inc({ kind });
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error, kind, job: id, attempt }, 'an attempt at a job failed');
      throw new Error(errorMessage(error), { cause: error });
    } finally {
      end();
    }
  }

  /** Kinds that nobody knows are one to the metrics, however many they are. */
  #label(kind: string): string {
    return this.#registered.has(kind) ? kind : 'unknown';
  }
}

/** What JSON.parse says of a text that it cannot read quotes the text. */
const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error('The payload is not JSON.');
  }
};
