import type { Context } from '../framework/context.ts';
import { lockHolder } from '../project/lock.ts';

/** For who only looks, which no other command keeps from it. */
export const warnOfOthers = ({ flags, output }: Pick<Context, 'flags' | 'output'>): void => {
  const { detail, message } = lockHolder(flags.dir) ?? {};
  if (message !== undefined)
    output.warn(`${message}, so this may not hold for long${detail === undefined ? '' : `: ${detail}`}`);
};
