import type { EventContract, OpContract, RouteContract } from '../contract.ts';
import * as eventExports from '../events.ts';
import * as opExports from '../ops.ts';
import * as restExports from '../rest.ts';

const isOp = (value: unknown): value is OpContract => typeof value === 'object' && value !== null && 'reply' in value;

const routes: readonly RouteContract[] = Object.values(restExports);
const ops: readonly OpContract[] = Object.values<unknown>(opExports).filter(isOp);
const events: readonly EventContract[] = Object.values(eventExports);

/** All calls, ops and events of this package; a server may have more, from modules. */
export const contract = { routes, ops, events };
