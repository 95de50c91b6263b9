import type { Context } from '../framework/context.ts';
import { type Compose, toldBy } from './compose.ts';

/** Brings the database up to date in a container that does nothing else. */
export const migrateStack = async (context: Pick<Context, 'output'>, compose: Compose): Promise<void> => {
  await compose.run(['run', '--rm', '--no-deps', '--no-TTY', 'migrate'], {
    doing: 'migrate the database',
    onLine: toldBy(context),
  });
};
