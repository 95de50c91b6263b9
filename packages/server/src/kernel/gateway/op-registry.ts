import type { OpContract } from '@messox/protocol';
import type { OpCall } from '../module.ts';

export interface RegisteredOp {
  /** The module that serves it. */
  readonly owner: string;
  readonly contract: OpContract;
  /** Called with data that its schema made. */
  readonly handle: (data: never, call: OpCall) => Promise<unknown>;
}

/** The ops that modules serve, by name. */
export type OpRegistry = ReadonlyMap<string, RegisteredOp>;
