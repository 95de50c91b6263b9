import { setAdmin } from '@messox/server';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { printable } from '../../output/printable.ts';
import { requireMigrated, withDatabase } from '../../project/database.ts';
import { asCliError } from './refusal.ts';

/** What `user promote` and `user demote` do. */
export const changeAdmin = async (context: Context, name: string, admin: boolean): Promise<ExitCode> => {
  await withDatabase(context, { command: admin ? 'user promote' : 'user demote' }, async (sql) => {
    await requireMigrated(sql);
    await setAdmin(sql, name, admin).catch(asCliError(printable(name)));
  });
  context.output.result({ username: name, admin }, (style) => {
    const what = admin ? 'is an administrator' : 'is no administrator';
    return `${style.green(style.signs.ok)} ${printable(name)} ${what}`;
  });
  return exit.done;
};
