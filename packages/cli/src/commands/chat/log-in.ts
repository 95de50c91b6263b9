import { MessoxError, type Client } from '@messox/client';
import { codePointLength, defaultLimits } from '@messox/protocol';
import { CliError } from '../../errors/cli-error.ts';
import type { Context } from '../../framework/context.ts';
import { printable } from '../../output/printable.ts';
import { fieldLines } from './refusal.ts';

/** Wrong passwords before it gives up; the server counts them, too. */
const tries = 3;
const answerMs = 10_000;

const passwordFlag = 'the environment variable MESSOX_PASSWORD';
// What a server asks for that was not told otherwise; one that was refuses by itself.
const { passwordMinCodePoints } = defaultLimits;

const firstQuestion = (name: string): string =>
  `Password of ${name} (a new one: at least ${passwordMinCodePoints} characters):`;

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

type Account = Readonly<{ username: string; password: string }>;

/** Makes the account, or says what of it is there already or cannot be. */
const register = async (client: Client, account: Account): Promise<'made' | 'taken' | { readonly wrong: string }> => {
  try {
    await client.register(account);
    return 'made';
  } catch (error) {
    if (isRefusal(error, 'username_taken')) return 'taken';
    const lines = isRefusal(error, 'invalid_request') ? fieldLines(error) : [];
    if (lines.length > 0 && lines.every((line) => line.startsWith('password: '))) return { wrong: lines.join(' ') };
    if (isRefusal(error, 'invalid_request', 'username_confusable'))
      throw new CliError('invalid_account', `There can be no account ${printable(account.username)}`, {
        detail: lines.length > 0 ? lines.join('\n') : printable(error.message),
        fixes: ['Choose another name.'],
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

/** Asks for what is to be tried next, after a password that was refused; says first what is known of it. */
const askAgain = async ({ ask, output }: Context, client: Client, account: Account): Promise<string | undefined> => {
  const { username: name, password } = account;
  const next = (message: string): Promise<string> => ask.password({ message, flag: passwordFlag });
  if (codePointLength(password) < passwordMinCodePoints) {
    output.warn(
      `This is not the password of ${name}, and too short for a new account: that needs ${passwordMinCodePoints} characters`,
    );
    return next(`Password of ${name}:`);
  }
  // A server does not tell whether there is such an account.
  output.say(`Either there is no account ${name} yet, or this is not its password.`);
  const again = await next('The same once more to make it, or another to try that:');
  if (again !== password) return again;
  const outcome = await register(client, account);
  if (outcome === 'made') return undefined;
  output.warn(
    outcome === 'taken' ? `There is an account ${name}, and this is not its password` : `Not made. ${outcome.wrong}`,
  );
  return next(`Password of ${name}:`);
};

/** Makes the account without asking twice; what keeps it from being made is the error of the login. */
const registerAtOnce = async (client: Client, account: Account, refused: MessoxError): Promise<void> => {
  const outcome = await register(client, account);
  if (outcome === 'taken') throw refused;
  if (outcome !== 'made')
    throw new CliError('invalid_account', 'The account cannot be made with this password', {
      detail: outcome.wrong,
      fixes: ['Choose another password.'],
    });
};

/** Logs in as `name`: by what an earlier run left, by the password, or by making the account. Throws MessoxError. */
export const logIn = async (context: Context, client: Client, { url, name, registers }: LogIn): Promise<void> => {
  const { ask, env } = context;
  if (await isLoggedIn(client)) return;
  await mustAnswer(url);
  const { MESSOX_PASSWORD: given = '' } = env;
  let password = given || (await ask.password({ message: firstQuestion(name), flag: passwordFlag }));
  for (let count = 1; ; count += 1) {
    const account = { username: name, password };
    try {
      await client.login(account);
      return;
    } catch (error) {
      if (!isRefusal(error, 'invalid_credentials')) throw error;
      if (registers) return registerAtOnce(client, account, error);
      if (!ask.possible || given !== '' || count === tries) throw error;
      const next = await askAgain(context, client, account);
      if (next === undefined) return;
      password = next;
    }
  }
};
