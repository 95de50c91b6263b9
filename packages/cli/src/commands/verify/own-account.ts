import type { Context } from '../../framework/context.ts';
import { readPasswordFrom } from '../../framework/stdin.ts';
import { printable } from '../../output/printable.ts';

/** Of an account that somebody has. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Its password: from stdin, from the environment as for `messox chat`, or asked for. @throws CliError input_needed */
export const ownPassword = async ({ ask, env }: Context, name: string, fromStdin: boolean): Promise<string> => {
  if (fromStdin && !process.stdin.isTTY) return readPasswordFrom(process.stdin);
  const { MESSOX_PASSWORD: given = '' } = env;
  if (given !== '') return given;
  return ask.password({ message: `Password of ${printable(name)}:`, flag: '--password-stdin' });
};
