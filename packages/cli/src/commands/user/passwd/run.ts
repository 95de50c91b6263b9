import { checkKnownName, setPassword } from '@messox/server';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { printable } from '../../../output/printable.ts';
import { requireMigrated, withDatabase } from '../../../project/database.ts';
import { newPassword } from '../password.ts';
import { asCliError } from '../refusal.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async (context, { name }, { passwordStdin }) => {
  const use = { command: 'user passwd' };
  const refuse = asCliError(printable(name));
  const password = await newPassword(context, name, passwordStdin, () =>
    withDatabase(context, use, async (sql) => {
      await requireMigrated(sql);
      await checkKnownName(sql, name).catch(refuse);
    }),
  );
  await withDatabase(context, use, async (sql) => {
    await requireMigrated(sql);
    await setPassword(sql, name, password).catch(refuse);
  });
  context.output.result({ username: name }, (style) => {
    const ok = style.green(style.signs.ok);
    return `${ok} The password of ${printable(name)} is set; its devices have to log in again`;
  });
  return exit.done;
};
