import { migrate } from '@messox/server';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { withDatabase } from '../../../project/database.ts';
import { isCompose } from '../../../project/is-compose.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async (context) => {
  const { dir } = context.flags;
  if (isCompose(dir)) return (await import('./compose.ts')).migrateUpCompose(context);
  const applied = await withDatabase(context, { command: 'migrate up', creates: true }, (sql) => migrate(sql, dir));
  context.output.result({ applied }, (style) => {
    const ok = style.green(style.signs.ok);
    if (applied.length === 0) return `${ok} Nothing was pending`;
    return applied.map(({ module, number, name }) => `${ok} ${module} ${String(number).padStart(4, '0')}-${name}`);
  });
  return exit.done;
};
