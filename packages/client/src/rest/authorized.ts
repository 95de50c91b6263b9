import type { RouteContract } from '@messox/protocol';
import type { Auth } from '../auth/auth.ts';
import { MessoxError } from '../error.ts';
import { type Call, type Caller, callOnce, type Parts } from './call.ts';

/** Calls with the user's token; one that the server no longer takes is refreshed once. */
export const authorizedCall = (caller: Caller, auth: Pick<Auth, 'fresh' | 'renew'>): Call => {
  const call = async (contract: RouteContract, parts: Parts = {}): Promise<unknown> => {
    if (contract.auth === 'none') return callOnce(caller, contract, parts);
    const token = await auth.fresh();
    try {
      return await callOnce(caller, contract, parts, token);
    } catch (error) {
      if (!(error instanceof MessoxError && error.code === 'unauthenticated')) throw error;
      return callOnce(caller, contract, parts, await auth.renew(token));
    }
  };
  // The contract is what types an answer: nothing else knows which route was called.
  return call as Call;
};
