import { setDisabled } from '@messox/server';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { printable } from '../../output/printable.ts';
import { requireMigrated, withDatabase } from '../../project/database.ts';
import { asCliError } from './refusal.ts';

/** What `user disable` and `user enable` do. */
export const changeDisabled = async (context: Context, name: string, disabled: boolean): Promise<ExitCode> => {
  await withDatabase(context, { command: disabled ? 'user disable' : 'user enable' }, async (sql) => {
    await requireMigrated(sql);
    await setDisabled(sql, name, disabled).catch(asCliError(printable(name)));
  });
  context.output.result({ username: name, disabled }, (style) => {
    const what = disabled ? 'is disabled; its sessions were ended' : 'may log in';
    return `${style.green(style.signs.ok)} ${printable(name)} ${what}`;
  });
  return exit.done;
};
