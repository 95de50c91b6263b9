import type { Tokens } from '@messox/protocol';
import { type Caller, Fault, type Host } from '../../kernel/module.ts';
import type { LoginRefusal } from '../accounts/index.ts';
import { asApp, type AppAccount } from './account.ts';
import { answerJson, answerRefusal } from './answers.ts';
import { type Credentials, readCredentials } from './read-credentials.ts';
import { tooLong } from './too-long.ts';

export interface LoginOptions {
  readonly limits: Host['limits'];
  /** What an unknown name is answered with. */
  readonly unknownUser: 'not_found' | 'unauthorized';
  readonly login: (account: AppAccount, caller: Caller) => Promise<Tokens | LoginRefusal>;
  /** What the app is told of an account that it is now logged in to. */
  readonly admitted: (tokens: Tokens) => object;
}

/** `POST /user/login`. 413 is no answer of this call, so what is too long is a 400. */
export const createLogin =
  ({ admitted, limits, login, unknownUser }: LoginOptions) =>
  async (request: Request, caller: Caller): Promise<Response> => {
    const given = await readCredentials(request, limits);
    const refusal = 'status' in given ? given : tooLong(given, limits);
    if (refusal) return answerRefusal({ ...refusal, status: 400 });
    const { name, password } = given as Credentials;
    const outcome = await login({ username: name, password, ...asApp }, caller);
    if (typeof outcome !== 'string') return answerJson(200, admitted(outcome));
    if (outcome === 'unknown user' && unknownUser === 'not_found') throw new Fault('user_not_found');
    throw new Fault('invalid_credentials');
  };
