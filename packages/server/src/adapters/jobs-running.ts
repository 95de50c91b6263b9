import type { Job, JobsListener } from '../ports/jobs.ts';

/** How an attempt ended. `unfinished`: nobody waited for it any more, through no fault of the job. */
export type JobEnd = { readonly as: 'done' | 'unfinished' } | { readonly as: 'failed'; readonly error: unknown };

/** Time for an attempt that was told to stop to do so. */
const graceMs = 1_000;

class Stopped extends Error {}

/** The attempts that are under way in this process. */
export class RunningJobs {
  readonly #run: JobsListener['run'];
  readonly #jobMs: number;
  readonly #running = new Set<{ readonly id: string; readonly controller: AbortController }>();
  readonly #handled = new Set<Promise<void>>();

  constructor(run: JobsListener['run'], jobMs: number) {
    this.#run = run;
    this.#jobMs = jobMs;
  }

  /** How many are under way, what follows each included. */
  get size(): number {
    return this.#handled.size;
  }

  get ids(): string[] {
    return [...this.#running].map(({ id }) => id);
  }

  /** Does all there is to do for one job; `size` counts it until then. */
  handle(work: () => Promise<void>, onError: (error: unknown) => void, onEnd: () => void): void {
    const handled = work()
      .catch(onError)
      .finally(() => {
        this.#handled.delete(handled);
        onEnd();
      });
    this.#handled.add(handled);
  }

  /** One attempt. Never rejects. */
  async attempt(job: Omit<Job, 'signal'>): Promise<JobEnd> {
    const controller = new AbortController();
    const { signal } = controller;
    const tooLong = new Error(`It took longer than ${this.#jobMs} ms.`);
    const timer = setTimeout(() => controller.abort(tooLong), this.#jobMs);
    const running = { id: job.id, controller };
    this.#running.add(running);
    try {
      await Promise.race([this.#run({ ...job, signal }), abandoned(signal)]);
      return { as: 'done' };
    } catch (error) {
      if (signal.reason instanceof Stopped) return { as: 'unfinished' };
      return { as: 'failed', error: signal.aborted ? signal.reason : error };
    } finally {
      clearTimeout(timer);
      this.#running.delete(running);
    }
  }

  /** Nobody waits for this attempt any more. */
  cut(id: string): void {
    for (const running of this.#running)
      if (running.id === id) running.controller.abort(new Stopped('Another process has the job.'));
  }

  /** Waits for what is under way; after `ms`, tells it to stop. */
  async drain(ms: number): Promise<void> {
    const stop = setTimeout(() => {
      for (const { controller } of this.#running) controller.abort(new Stopped('The process stops.'));
    }, ms);
    await Promise.all(this.#handled);
    clearTimeout(stop);
  }
}

/** Rejects a moment after the signal. */
const abandoned = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason as Error), graceMs), {
      once: true,
    });
  });
