import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../project/make-folder.ts';
import { projectPaths } from '../project/paths.ts';
import type { PlannedFile } from './plan-files.ts';

/** What a file will hold once the plan is carried out; undefined: there will be none. */
const outcomeOf = ({ action, content, current }: PlannedFile): string | undefined =>
  action === 'delete' ? undefined : (content ?? current);

/** Also after one that was killed: nothing of it is used again. */
export const removeStaging = (dir: string): void => rmSync(projectPaths(dir).staging, { recursive: true, force: true });

/**
 * Writes the generated files as the plan will leave them into `.messox/staging/`, for whoever tries them before one file of
 * the server is touched. The caller has the lock of the folder, and removes them.
 */
export const stageFiles = (dir: string, plan: readonly PlannedFile[]): void => {
  const { staging } = projectPaths(dir);
  removeStaging(dir);
  makeFolder(staging, 0o700);
  for (const file of plan) {
    const content = outcomeOf(file);
    if (content === undefined) continue;
    const target = join(staging, file.path);
    const mode = file.next?.mode ?? 0o644;
    makeFolder(dirname(target), 0o755);
    writeFileSync(target, content, { mode });
    chmodSync(target, mode);
  }
};
