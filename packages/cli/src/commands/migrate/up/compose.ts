import { migrationStatus } from '@messox/server';
import { exit, type ExitCode } from '../../../errors/exit.ts';
import type { Context } from '../../../framework/context.ts';
import { requireEngine } from '../../../docker/engine.ts';
import { migrateStack } from '../../../docker/migrate-stack.ts';
import { withStackSql } from '../../../docker/stack-database.ts';
import { openStack } from '../../../docker/stack.ts';
import { withLock } from '../../../project/lock.ts';

const nameOf = ({ module, name, number }: { module: string; name: string; number: number }): string =>
  `${module} ${String(number).padStart(4, '0')}-${name}`;

/** Migrates with the image of the server that was built last, in a container of its own. */
export const migrateUpCompose = async (context: Context): Promise<ExitCode> => {
  const { flags, output } = context;
  const { compose } = openStack(flags.dir);
  await requireEngine();
  const applied = await withLock(flags.dir, 'migrate up', () =>
    withStackSql(flags.dir, { starts: true }, async (sql) => {
      const pending = (await migrationStatus(sql, flags.dir)).filter(({ state }) => state === 'pending');
      await migrateStack(context, compose);
      return pending;
    }),
  );
  output.result({ applied: applied.map(({ module, name, number }) => ({ module, number, name })) }, (style) => {
    const ok = style.green(style.signs.ok);
    return applied.length === 0 ? `${ok} Nothing was pending` : applied.map((one) => `${ok} ${nameOf(one)}`);
  });
  return exit.done;
};
