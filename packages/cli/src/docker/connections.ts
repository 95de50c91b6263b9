import type { Settings } from '../project/schema.ts';
import { CliError } from '../errors/cli-error.ts';
import { stackOf } from '../generated/render-project.ts';
import { memoryBudget } from '../stack/memory-budget.ts';
import { affordableConnections, sumConnections } from '../stack/postgres/connections.ts';
import { withStackSql } from './stack-database.ts';

export interface Connections {
  /** Of all processes, with those that are there twice while they are replaced, and some for people. */
  readonly needed: number;
  /** What the memory of PostgreSQL is good for. */
  readonly most: number;
}

/** The connections that processes of these settings may open. @throws CliError connections_exceeded */
export const checkConnections = (dir: string, settings: Settings): Connections => {
  const stack = stackOf(dir, settings);
  const { max, perProcess, processes } = sumConnections(stack);
  const memoryMb = memoryBudget(stack).postgres;
  const most = affordableConnections(stack);
  if (max <= most) return { needed: max, most };
  throw new CliError('connections_exceeded', `So many processes would need ${max} connections to the database`, {
    detail: `${processes} processes (those of one kind are there twice while they are replaced), ${perProcess} connections each, and some for commands. PostgreSQL has ${memoryMb} MB here, which is good for ${most}.`,
    fixes: [
      `\`messox config set database.connections ${Math.max(1, Math.floor(settings.database.connections / 2))}\` (fewer of each process)`,
      '`messox scale api=1 gateway=1` (fewer processes)',
    ],
  });
};

/**
 * For what replaces processes while PostgreSQL goes on: it reads how many it may let in when it starts.
 *
 * @param fix the command that lets it start anew
 * @throws CliError connections_exceeded
 */
export const refuseMore = (needed: number, available: number, fix: string): void => {
  if (needed <= available) return;
  throw new CliError(
    'connections_exceeded',
    `So many processes may need ${needed} connections; PostgreSQL has ${available}`,
    {
      detail: 'It learns of another number when it starts anew, which takes some seconds in which nobody is answered.',
      fixes: [`${fix} (starts PostgreSQL anew)`],
    },
  );
};

/** How many the PostgreSQL that runs lets in: it has read its settings when it started. */
export const connectionsNow = (dir: string): Promise<number> =>
  withStackSql(dir, { starts: true }, async (sql) => {
    const [row] = await sql<{ max: number }[]>`select current_setting('max_connections')::int as max`;
    return row?.max ?? 0;
  });
