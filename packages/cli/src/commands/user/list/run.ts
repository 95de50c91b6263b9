import { listUsers, type AccountSummary } from '@messox/server';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { command } from '../../../output/command-line.ts';
import { printable } from '../../../output/printable.ts';
import type { Style } from '../../../output/style.ts';
import { table } from '../../../output/table.ts';
import { requireMigrated, withDatabase } from '../../../project/database.ts';
import type { spec } from './spec.ts';

const row = (account: AccountSummary): string[] => [
  String(account.id),
  printable(account.username),
  account.displayName === account.username ? '' : printable(account.displayName),
  [...(account.admin ? ['admin'] : []), ...(account.disabledAt === undefined ? [] : ['disabled'])].join(', '),
  String(account.sessions),
  account.createdAt.slice(0, 10),
];

const render = (users: readonly AccountSummary[], style: Style): string[] =>
  users.length === 0
    ? ['No account']
    : table([['id', 'username', 'shown as', 'state', 'logins', 'since'].map(style.bold), ...users.map(row)]);

export const run: Run<typeof spec> = async (context, _, { after, limit, query }) => {
  const [users, isMore] = await withDatabase(context, { command: 'user list' }, async (sql) => {
    await requireMigrated(sql);
    const found = await listUsers(sql, { after, limit: limit + 1, ...(query === undefined ? {} : { query }) });
    return [found.slice(0, limit), found.length > limit] as const;
  });
  const next = isMore ? users.at(-1)?.id : undefined;
  context.output.result({ users, ...(next === undefined ? {} : { next }) }, (style) => render(users, style));
  if (next !== undefined) context.output.say(`There are more: ${command('user', 'list', '--after', String(next))}`);
  return exit.done;
};
