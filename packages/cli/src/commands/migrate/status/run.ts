import { migrationStatus, type MigrationStatus } from '@messox/server';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { printable } from '../../../output/printable.ts';
import type { Style } from '../../../output/style.ts';
import { table } from '../../../output/table.ts';
import { withDatabase } from '../../../project/database.ts';
import type { spec } from './spec.ts';

const stateText = ({ state }: MigrationStatus, style: Style): string => {
  const { signs } = style;
  if (state === 'applied') return style.green(`${signs.ok} applied`);
  if (state === 'pending') return style.yellow(`${signs.warn} pending`);
  if (state === 'ahead') return `${signs.dot} of a newer version, in nobody's way`;
  return style.red(`${signs.fail} ${state === 'edited' ? 'changed after it was applied' : 'of a newer version'}`);
};

const render = (migrations: readonly MigrationStatus[], style: Style): string[] =>
  table([
    ['module', 'migration', 'state', 'applied'].map(style.bold),
    ...migrations.map((migration) => [
      migration.module,
      printable(`${String(migration.number).padStart(4, '0')}-${migration.name}`),
      stateText(migration, style),
      migration.appliedAt ?? '',
    ]),
  ]);

export const run: Run<typeof spec> = async (context, _, { exitCode }) => {
  const migrations = await withDatabase(context, { command: 'migrate status' }, (sql) =>
    migrationStatus(sql, context.flags.dir),
  );
  const isCurrent = migrations.every(({ state }) => state === 'applied' || state === 'ahead');
  context.output.result({ current: isCurrent, migrations }, (style) => render(migrations, style));
  return exitCode && !isCurrent ? exit.state : exit.done;
};
