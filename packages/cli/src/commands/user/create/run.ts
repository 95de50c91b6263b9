import { checkNewName, createUser } from '@messox/server';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { printable } from '../../../output/printable.ts';
import { requireMigrated, withDatabase } from '../../../project/database.ts';
import { newPassword } from '../password.ts';
import { asCliError } from '../refusal.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async (context, { name }, { admin, displayName, passwordStdin }) => {
  const use = { command: 'user create', creates: true };
  const refuse = asCliError(printable(name));
  const password = await newPassword(context, name, passwordStdin, () =>
    withDatabase(context, use, async (sql) => {
      await requireMigrated(sql);
      await checkNewName(sql, name).catch(refuse);
    }),
  );
  const account = { username: name, password, admin, ...(displayName === undefined ? {} : { displayName }) };
  const made = await withDatabase(context, use, async (sql) => {
    await requireMigrated(sql);
    return createUser(sql, account).catch(refuse);
  });
  context.output.result({ ...made, admin }, (style) => {
    const what = admin ? 'the administrator' : 'the account';
    return `${style.green(style.signs.ok)} Made ${what} ${printable(made.username)} (id ${made.id})`;
  });
  return exit.done;
};
