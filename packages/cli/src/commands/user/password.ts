import { CliError } from '../../errors/cli-error.ts';
import type { Context } from '../../framework/context.ts';
import { readPasswordFrom } from '../../framework/stdin.ts';

const flag = '--password-stdin';

/** A new password: from stdin, or asked for twice, unseen. Throws input_needed naming the flag. */
export const readPassword = async ({ ask }: Context, name: string, fromStdin: boolean): Promise<string> => {
  if (fromStdin && !process.stdin.isTTY) return readPasswordFrom(process.stdin);
  const password = await ask.password({ message: `Password for ${name}:`, flag });
  const again = await ask.password({ message: 'The same once more:', flag });
  if (again === password) return password;
  throw new CliError('invalid_usage', 'The two passwords are not the same', { fixes: ['Run the command again.'] });
};
