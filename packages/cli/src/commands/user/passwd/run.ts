import { setPassword } from '@messox/server';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { printable } from '../../../output/printable.ts';
import { requireMigrated, withDatabase } from '../../../project/database.ts';
import { readPassword } from '../password.ts';
import { asCliError } from '../refusal.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async (context, { name }, { passwordStdin }) => {
  const password = await readPassword(context, name, passwordStdin);
  await withDatabase(context, { command: 'user passwd' }, async (sql) => {
    await requireMigrated(context, sql);
    await setPassword(sql, name, password).catch(asCliError);
  });
  context.output.result({ username: name }, (style) => {
    const ok = style.green(style.signs.ok);
    return `${ok} The password of ${printable(name)} is set; its devices have to log in again`;
  });
  return exit.done;
};
