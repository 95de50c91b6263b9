import type { JobLimits } from '../ports/jobs.ts';

export interface Attempts {
  /** Attempts that have failed. */
  readonly attempts: number;
  /** Those among them that ended with their process. */
  readonly losses: number;
}

/** Kept with a job whose process ended, or was cut off, in the middle. */
export const lostError = 'The process that worked on it ended, or was cut off, before it was done.';

export const isDead = ({ attempts, losses }: Attempts, { jobAttempts, jobLosses }: JobLimits): boolean =>
  attempts >= jobAttempts || losses >= jobLosses;

/** The longest wait after this many failed attempts. */
export const waitLevelMs = (attempts: number, { jobWaitMaxMs, jobWaitMs }: JobLimits): number =>
  Math.min(jobWaitMs * 4 ** (attempts - 1), jobWaitMaxMs);

/** Shorter by up to a quarter: what failed together does not come again together. */
export const jittered = (ms: number): number => Math.round(ms * (1 - Math.random() / 4));
