import { codePointLength, defaultLimits } from '@messox/protocol';
import type { Context } from '../../framework/context.ts';
import { readPasswordFrom } from '../../framework/stdin.ts';

const flag = '--password-stdin';
const { passwordMinCodePoints } = defaultLimits;

/** A new password, asked for twice, unseen, until both are the same. */
const askNewPassword = async ({ ask, output }: Context, name: string): Promise<string> => {
  const isLong = (password: string): boolean => codePointLength(password) >= passwordMinCodePoints;
  for (;;) {
    const password = await ask.password({
      message: `Password for ${name} (at least ${passwordMinCodePoints} characters):`,
      flag,
      validate: (typed) => isLong(typed) || `It needs at least ${passwordMinCodePoints} characters.`,
    });
    const again = await ask.password({ message: 'The same once more:', flag });
    if (again === password) return password;
    output.warn('Those were two different passwords. Once more:');
  }
};

/**
 * A new password: from stdin, or asked for, after `check` has let the name pass. Nobody types a password for a name that
 * is refused, and the folder is not held while somebody thinks.
 *
 * @throws CliError input_needed where nobody can be asked; what `check` throws
 */
export const newPassword = async (
  context: Context,
  name: string,
  fromStdin: boolean,
  check: () => Promise<void>,
): Promise<string> => {
  if (fromStdin && !process.stdin.isTTY) return readPasswordFrom(process.stdin);
  if (context.ask.possible) {
    await context.ask.hideTyping();
    await check();
  }
  return askNewPassword(context, name);
};
