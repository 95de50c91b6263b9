export { type CheckOptions, checkHistory } from './check-history.ts';
export type * from './history.ts';
export { type Invariant, invariants, type Violation } from './invariants.ts';
