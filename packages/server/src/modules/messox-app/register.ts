import type { Tokens } from '@messox/protocol';
import { type Caller, Fault, type Host } from '../../kernel/module.ts';
import { asApp, type AppAccount } from './account.ts';
import { answerJson, answerRefusal, type Refusal } from './answers.ts';
import { readCredentials } from './read-credentials.ts';
import { tooLong } from './too-long.ts';

export interface RegisterOptions {
  readonly limits: Host['limits'];
  readonly register: (account: AppAccount, caller: Caller) => Promise<Tokens>;
  /** What the app is told of an account that it is now logged in to. */
  readonly admitted: (tokens: Tokens) => object;
}

/** `POST /user/register` */
export const createRegister =
  ({ admitted, limits, register }: RegisterOptions) =>
  async (request: Request, caller: Caller): Promise<Response> => {
    const given = await readCredentials(request, limits);
    if ('status' in given) return answerRefusal(given);
    const excess = tooLong(given, limits);
    if (excess) return answerRefusal(excess);
    const { name, password } = given;
    try {
      return answerJson(201, admitted(await register({ username: name, password, ...asApp }, caller)));
    } catch (fault) {
      const reason = fault instanceof Fault ? refusalOf(fault) : undefined;
      if (!reason) throw fault;
      return answerRefusal(reason);
    }
  };

const refusalOf = ({ code, details, message }: Fault): Refusal | undefined => {
  if (code === 'username_taken' || code === 'username_confusable') return { status: 409, field: 'name', message };
  if (code !== 'invalid_request') return undefined;
  const [wrong] = (details?.fields ?? []) as { path: string; problem: string }[];
  return { status: 400, field: wrong?.path === 'password' ? 'password' : 'name', message: wrong?.problem ?? message };
};
