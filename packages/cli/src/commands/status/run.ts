import { translate } from '../../errors/translate.ts';
import { exit } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import type { Run } from '../../framework/spec.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import { readDisk } from './disk.ts';
import { renderStatus, type Facts } from './render.ts';
import { readServer } from './server.ts';
import type { spec } from './spec.ts';

/** What is wrong with the database is a part of the status and not the end of the command. */
const lookAtDatabase = async (context: Context): Promise<NonNullable<Facts['database']>> => {
  try {
    // Of the server, so that the status of a stopped one is told without loading it.
    const [{ withDatabase }, { readDatabase }] = await Promise.all([
      import('../../project/database.ts'),
      import('./database.ts'),
    ]);
    return await withDatabase(context, { command: 'status' }, readDatabase);
  } catch (error) {
    const { message, detail } = translate(error);
    return { problem: [message, detail].filter(Boolean).join(': ') };
  }
};

const gather = async (context: Context): Promise<Facts> => {
  const { dir } = context.flags;
  const [server, disk] = await Promise.all([readServer(dir), readDisk(dir)]);
  if (!server.running) return { healthy: false, server, disk };
  const database = await lookAtDatabase(context);
  const isCurrent = 'migrations' in database && database.migrations.pending + database.migrations.wrong === 0;
  return { healthy: server.ready && isCurrent, server, database, disk };
};

export const run: Run<typeof spec> = async (context) => {
  readSettingsFile(context.flags.dir);
  const facts = await gather(context);
  const { healthy, server, database, disk } = facts;
  context.output.result({ healthy, server, database: database ?? null, disk }, (style) =>
    renderStatus(facts, style, context.place),
  );
  return healthy ? exit.done : exit.state;
};
