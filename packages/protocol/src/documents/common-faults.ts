import type { OpContract, RouteContract } from '../contract.ts';
import type { FaultCode } from '../faults.ts';

const ofInput: readonly FaultCode[] = ['invalid_request', 'invalid_text'];
const ofBody: readonly FaultCode[] = ['invalid_json', 'payload_too_large', 'unsupported_media_type'];
const ofUser: readonly FaultCode[] = ['unauthenticated'];
const ofAll: readonly FaultCode[] = ['rate_limited', 'internal', 'unavailable', 'draining'];
const ofOps: readonly FaultCode[] = ['hello_required'];

const unique = (...codes: readonly (readonly FaultCode[])[]): FaultCode[] => [...new Set(codes.flat())];

/** Faults that a call or request can have for being one, and not for what it asks. */
export const commonFaults: ReadonlySet<string> = new Set(unique(ofInput, ofBody, ofUser, ofAll, ofOps));

/** Every fault that a call can answer with: its own first, then those that any call like it has. */
export const routeFaults = ({ auth, body, faults, params, query }: RouteContract): FaultCode[] =>
  unique(faults, params || query || body ? ofInput : [], body ? ofBody : [], auth === 'user' ? ofUser : [], ofAll);

/** Every fault that a WebSocket request can be answered with: its own first. */
export const opFaults = ({ faults, name }: OpContract): FaultCode[] =>
  unique(faults, ofInput, ofAll, name === 'hello' ? [] : ofOps);

/** Every fault that the upgrade to a WebSocket can be refused with, as an HTTP answer. */
export const upgradeFaults: readonly FaultCode[] = [
  'invalid_header',
  'unauthenticated',
  'origin_not_allowed',
  'upgrade_required',
  'too_many_sessions',
  'draining',
];
