import { CliError } from '../../errors/cli-error.ts';
import type { Context } from '../../framework/context.ts';
import { commandLine } from '../../output/command-line.ts';
import { applyPlan, isProject, planProject } from '../../project/create.ts';

/** Makes a server in a folder that has none, when the person says so. Throws settings_missing, cancelled. */
export const ensureProject = async (context: Context): Promise<void> => {
  const { ask, flags, output } = context;
  const { dir } = flags;
  if (isProject(dir)) return;
  if (!flags.yes && !ask.possible)
    throw new CliError('settings_missing', 'There is no messox server in this folder', {
      detail: `Looked for messox.yaml in ${dir}.`,
      fixes: [
        `${commandLine(context, 'up', '--yes')} (makes one)`,
        `${commandLine(context, 'init')} (makes one and does not start it)`,
        'Name the folder of the server with --dir.',
      ],
    });
  const plan = planProject(dir);
  await ask.confirmOrCancel({ message: `There is no messox server in ${dir}. Make one?`, default: true });
  await applyPlan(plan);
  output.ok(`Made a messox server in ${dir}`);
};
