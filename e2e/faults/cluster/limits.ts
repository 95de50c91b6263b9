import type { LimitName } from '@messox/protocol';

/** Limits that keep one machine from making trouble are out of the way; those that make clients start over come early. */
export const limits: Partial<Record<LimitName, number>> = {
  heartbeatMs: 1_000,
  registersPerAddress: 10_000,
  loginsPerAccount: 10_000,
  loginsPerAccountAnywhere: 10_000,
  loginsPerAddress: 10_000,
  opsPerSecond: 200,
  opsBurst: 1_000,
  requestsPerSecond: 200,
  requestsBurst: 1_000,
  catchUpEntries: 300,
  catchUpBatch: 50,
  resetEntries: 30,
  outboxBytes: 65_536,
  outboxStuckMs: 3_000,
  drainMs: 3_000,
  reconnectSpreadMs: 500,
  // A lost answer to a refresh is not what is tested here.
  refreshGraceMs: 60_000,
};
