import { migrationStatus } from '@messox/server';
import { CliError } from '../../../errors/cli-error.ts';
import { exit, type ExitCode } from '../../../errors/exit.ts';
import type { Context } from '../../../framework/context.ts';
import type { Compose } from '../../../docker/compose.ts';
import { readDescription } from '../../../docker/describe.ts';
import { requireEngine } from '../../../docker/engine.ts';
import { imageIdOf } from '../../../docker/image-id.ts';
import { migrateStack } from '../../../docker/migrate-stack.ts';
import { withStackSql } from '../../../docker/stack-database.ts';
import { openStack } from '../../../docker/stack.ts';
import { withLock } from '../../../project/lock.ts';

const nameOf = ({ module, name, number }: { module: string; name: string; number: number }): string =>
  `${module} ${String(number).padStart(4, '0')}-${name}`;

/** What migrates is in the image of the server, which the first start builds. */
const requireBuilt = async (compose: Compose): Promise<void> => {
  const image = (await readDescription(compose))?.services.migrate?.image;
  if (image !== undefined && (await imageIdOf(image)) !== undefined) return;
  throw new CliError('image_missing', 'The image of the server has not been built yet', {
    detail: 'It is what migrates.',
    fixes: ['`messox up -d` (builds it, migrates and starts the server)'],
  });
};

/** Migrates with the image of the server that was built last, in a container of its own. */
export const migrateUpCompose = async (context: Context): Promise<ExitCode> => {
  const { flags, output } = context;
  const { compose } = openStack(flags.dir);
  await requireEngine();
  await requireBuilt(compose);
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
