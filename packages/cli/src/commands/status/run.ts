import type { Context } from '../../framework/context.ts';
import type { Run } from '../../framework/spec.ts';
import { isCompose } from '../../project/is-compose.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import { readDisk } from './disk.ts';
import { lookAtDatabase } from './look-at-database.ts';
import { renderStatus, type Facts } from './render.ts';
import { readServer } from './server.ts';
import type { spec } from './spec.ts';
import { type Look, show } from './watch.ts';

const gather = async (context: Context): Promise<Facts> => {
  const { dir } = context.flags;
  const [server, disk] = await Promise.all([readServer(dir), readDisk(dir)]);
  if (!server.running) return { healthy: false, server, disk };
  const database = await lookAtDatabase(context);
  const isCurrent = 'migrations' in database && database.migrations.pending + database.migrations.wrong === 0;
  return { healthy: server.ready && isCurrent, server, database, disk };
};

const lookAtServer = async (context: Context): Promise<Look> => {
  const facts = await gather(context);
  const { healthy, server, database, disk } = facts;
  const data = { healthy, server, database: database ?? null, disk };
  return { healthy, data, render: (style) => renderStatus(facts, style, context.place) };
};

const lookAtStack = async (context: Context): Promise<Look> => {
  const [{ gatherStack }, { renderStackStatus }] = await Promise.all([
    import('./compose/gather.ts'),
    import('./compose/render.ts'),
  ]);
  const facts = await gatherStack(context);
  const data = { ...facts, database: facts.database ?? null, queues: facts.queues ?? null };
  return { healthy: facts.healthy, data, render: (style) => renderStackStatus(facts, style, context.place) };
};

export const run: Run<typeof spec> = async (context, _, { watch }) => {
  readSettingsFile(context.flags.dir);
  const look = isCompose(context.flags.dir) ? lookAtStack : lookAtServer;
  return show(context, () => look(context), watch);
};
