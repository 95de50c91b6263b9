import { exit } from '../../../errors/exit.ts';
import type { Context } from '../../../framework/context.ts';
import type { Run } from '../../../framework/spec.ts';
import { changesFiles, type PlannedFile, withoutMerges } from '../../../generated/plan-files.ts';
import { applyRendering, keptWarnings, planRendering, type Rendering } from '../../../generated/render-project.ts';
import { unifiedDiff } from '../../../generated/unified-diff.ts';
import { printable } from '../../../output/printable.ts';
import { withLock } from '../../../project/lock.ts';
import { loadSettings } from '../../../project/settings.ts';
import { listChanges } from '../list-changes.ts';
import type { spec } from './spec.ts';

/** A merge is shown before it is written. Where nobody can look at it, it is not written. */
const askForMerges = async ({ ask, flags, output }: Context, plan: readonly PlannedFile[]) => {
  const merges = plan.filter(({ action }) => action === 'merge');
  if (merges.length === 0) return plan;
  if (!flags.yes && !ask.possible) return withoutMerges(plan);
  for (const { content, current, path } of merges)
    for (const line of unifiedDiff(path, current, content)) output.say(printable(line));
  const message = `Bring the edits of ${merges.map(({ path }) => path).join(', ')} and the settings together so?`;
  return (await ask.confirm({ message, default: true })) ? plan : withoutMerges(plan);
};

const hasChanges = ({ namesProject, own, plan, secrets }: Rendering): boolean =>
  changesFiles(plan) || own.length > 0 || secrets.length > 0 || namesProject;

const kept = ['edited', 'conflict', 'foreign', 'removed'];

export const run: Run<typeof spec> = async (context, _, options) => {
  const { flags, output } = context;
  // Before the lock, which makes a folder of its own.
  loadSettings(flags.dir);
  const rendering = await withLock(flags.dir, 'config render', async () => {
    const planned = planRendering(flags.dir, { recreate: options.recreate });
    const ready = { ...planned, plan: await askForMerges(context, planned.plan) };
    for (const line of listChanges(ready)) output.say(line);
    applyRendering(ready);
    return ready;
  });
  const { dir, own, plan, secrets, warnings } = rendering;
  for (const warning of [...warnings, ...keptWarnings(plan)]) output.warn(warning);
  const changed = hasChanges(rendering);
  const files = [
    ...plan.map(({ action, path }) => ({ path, action })),
    ...own.map((path) => ({ path, action: 'create' })),
    ...secrets.map((name) => ({ path: `secrets/${name}`, action: 'create' })),
  ];
  output.result({ changed, dir, files }, (style) =>
    changed
      ? `${style.green(style.signs.ok)} The files are as messox.yaml says`
      : `${style.green(style.signs.ok)} The files were as messox.yaml says already; nothing was changed`,
  );
  return options.exitCode && plan.some(({ action }) => kept.includes(action)) ? exit.state : exit.done;
};
