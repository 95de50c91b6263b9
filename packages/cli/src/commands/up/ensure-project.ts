import { CliError } from '../../errors/cli-error.ts';
import type { Context } from '../../framework/context.ts';
import { applyPlan, planProject } from '../../project/create.ts';
import { defaultAnswers } from '../../project/settings-template.ts';
import type { Overrides } from '../../server-process/serve.ts';
import { isProject } from '../../project/usual-dir.ts';

/**
 * Makes a server in a folder that has none, when the person says so; what the command line says of it is what its
 * settings say from then on. Returns what is left for this run alone. Throws settings_missing, cancelled.
 */
export const ensureProject = async (context: Context, given: Overrides): Promise<Overrides> => {
  const { ask, flags, output } = context;
  const { dir } = flags;
  if (isProject(dir)) return given;
  if (!flags.yes && !ask.possible)
    throw new CliError('settings_missing', 'There is no messox server in this folder', {
      detail: `Looked for messox.yaml in ${dir}.`,
      fixes: [
        '`messox up --yes` (makes one)',
        '`messox init` (makes one and does not start it)',
        'Name the folder of the server with --dir.',
      ],
    });
  const plan = planProject(dir);
  await ask.confirmOrCancel({ message: `There is no messox server in ${dir}. Make one?`, default: true });
  const { port, ...kept } = given;
  // Any free port is another one each time.
  const isFixed = port !== undefined && port !== 0;
  await applyPlan(plan, { ...defaultAnswers(), ...kept, ...(isFixed ? { port } : {}) });
  output.ok(`Made a messox server in ${dir}`);
  return isFixed || port === undefined ? {} : { port };
};
