import { MessoxError, type Client } from '@messox/client';
import { CliError } from '../../errors/cli-error.ts';
import type { Context } from '../../framework/context.ts';
import { printable } from '../../output/printable.ts';
import { fieldLines } from './refusal.ts';

/** Wrong passwords before it gives up; the server counts them, too. */
const tries = 3;
const answerMs = 10_000;

export interface LogIn {
  readonly url: string;
  readonly name: string;
  /** Makes the account when there is none. */
  readonly registers: boolean;
}

const isRefusal = (error: unknown, ...codes: readonly string[]): error is MessoxError =>
  error instanceof MessoxError && codes.includes(error.code);

/** Whether the tokens of an earlier run still hold. */
const isLoggedIn = async (client: Client): Promise<boolean> => {
  if (!(await client.restore())) return false;
  try {
    await client.api.me();
    return true;
  } catch (error) {
    if (isRefusal(error, 'logged_out', 'unauthenticated', 'account_disabled')) return false;
    throw error;
  }
};

const askPassword = async ({ ask, env }: Context, name: string): Promise<string> => {
  const { MESSOX_PASSWORD: given = '' } = env;
  if (given !== '') return given;
  return ask.password({ message: `Password of ${name}:`, flag: 'the environment variable MESSOX_PASSWORD' });
};

/** Whether to make the account, which may also be there with another password: a server does not tell. */
const wantsAccount = async ({ ask, output }: Context, name: string, password: string): Promise<boolean> => {
  if (!ask.possible) return false;
  output.say(`There is no account ${name} with this password.`);
  const again = await ask.password({ message: 'To make one, type the password once more:', flag: '--register' });
  if (again !== password) output.warn('That was not the same password.');
  return again === password;
};

type Account = Readonly<{ username: string; password: string }>;

/** Makes the account; false when it is there already, so that the password was wrong. */
const register = async (client: Client, account: Account): Promise<boolean> => {
  try {
    await client.register(account);
    return true;
  } catch (error) {
    if (isRefusal(error, 'username_taken')) return false;
    if (isRefusal(error, 'invalid_request', 'username_confusable'))
      throw new CliError('invalid_account', `${printable(account.username)} cannot be made an account so`, {
        detail: [error.message, ...fieldLines(error)].join('\n'),
        fixes: ['Choose another name or a longer password.'],
        cause: error,
      });
    throw error;
  }
};

/** Throws `unreachable` where nothing answers: better before a password is typed. */
const mustAnswer = async (url: string): Promise<void> => {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(answerMs) })).body?.cancel();
  } catch (cause) {
    throw new MessoxError('unreachable', { cause });
  }
};

/** Logs in as `name`: by what an earlier run left, by the password, or by making the account. Throws MessoxError. */
export const logIn = async (context: Context, client: Client, { url, name, registers }: LogIn): Promise<void> => {
  if (await isLoggedIn(client)) return;
  await mustAnswer(url);
  for (let count = 1; ; count += 1) {
    const account = { username: name, password: await askPassword(context, name) };
    try {
      await client.login(account);
      return;
    } catch (error) {
      if (!isRefusal(error, 'invalid_credentials')) throw error;
      const isNew = registers || (await wantsAccount(context, name, account.password));
      if (isNew && (await register(client, account))) return;
      if (!context.ask.possible || context.env.MESSOX_PASSWORD || count === tries) throw error;
      if (isNew) context.output.warn(`There is an account ${name}, and this is not its password.`);
    }
  }
};
