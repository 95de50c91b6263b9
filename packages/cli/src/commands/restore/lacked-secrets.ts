import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Output } from '../../output/output.ts';
import { projectPaths } from '../../project/paths.ts';
import { readIfThere } from '../../project/read-if-there.ts';
import { missingSecretFiles, type SecretFile } from '../../project/secret-files.ts';

/** The secrets that the folder does not have when a restore begins. */
export interface LackedSecrets {
  /** Takes what there is of them now for what the restore has made. */
  readonly note: () => void;
  /** Removes what was made, where nothing comes of the restore. What somebody else has put there stays. */
  readonly takeAway: () => void;
}

/** For a folder whose lock the caller has, before any of them is made. */
export const lackedSecrets = (dir: string, output: Output): LackedSecrets => {
  const lacked = missingSecretFiles(dir, 'compose');
  const pathOf = (name: SecretFile): string => join(projectPaths(dir).secretFiles, name);
  const textOf = (name: SecretFile): string | undefined => readIfThere(pathOf(name))?.toString('utf8');
  let made = new Map<SecretFile, string | undefined>();
  return {
    note: () => {
      const missing = missingSecretFiles(dir, 'compose');
      made = new Map(lacked.filter((name) => !missing.includes(name)).map((name) => [name, textOf(name)]));
    },
    takeAway: () => {
      const own = [...made].filter(([name, text]) => text === textOf(name)).map(([name]) => name);
      // PostgreSQL may have made its data with it, which no other one opens.
      const removed = own.filter((name) => name !== 'database-password');
      for (const name of removed) rmSync(pathOf(name), { force: true });
      if (removed.length > 0) output.say(`Removed again from secrets/: ${removed.join(', ')}`);
      if (removed.length < own.length)
        output.say('secrets/database-password was made, and stays: the data of PostgreSQL is opened with it');
    },
  };
};
