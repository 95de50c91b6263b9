import { translate } from '../../errors/translate.ts';
import type { Context } from '../../framework/context.ts';
import type { Facts } from './render.ts';

/** What is wrong with the database is a part of the status and not the end of the command. */
export const lookAtDatabase = async (context: Context): Promise<NonNullable<Facts['database']>> => {
  try {
    // Of the server, so that the status of a stopped one is told without loading it.
    const [{ withDatabase }, { readDatabase }] = await Promise.all([
      import('../../project/database.ts'),
      import('./database.ts'),
    ]);
    return await withDatabase(context, { command: 'status' }, (sql) => readDatabase(sql, context.flags.dir));
  } catch (error) {
    const { message, detail } = translate(error);
    return { problem: [message, detail].filter(Boolean).join(': ') };
  }
};
