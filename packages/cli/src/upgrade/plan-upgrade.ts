import type { Context } from '../framework/context.ts';
import { cliVersion } from '../version.ts';
import type { DatabaseFacts } from './database-facts.ts';
import { readReleaseNotes } from './release-notes.ts';
import { findRoute, pendingOf, type UpgradePlan } from './upgrade-plan.ts';

export interface UpgradeFacts {
  /** The version of the server; undefined where nobody knows it any more. */
  readonly from: string | undefined;
  /** Undefined while there is no database. */
  readonly database: DatabaseFacts | undefined;
  /** Generated files that become others. */
  readonly files: readonly string[];
}

/** The way to the version of this command. @throws CliError as `findRoute` and `pendingOf` */
export const planUpgrade = ({ place }: Pick<Context, 'place'>, facts: UpgradeFacts): UpgradePlan => {
  const span = { from: facts.from, to: cliVersion() };
  return {
    ...span,
    notes: findRoute(readReleaseNotes(), span, place),
    pending: facts.database && pendingOf(facts.database.migrations),
    files: facts.files,
  };
};
