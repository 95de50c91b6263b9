import { exit } from '../../errors/exit.ts';
import type { Run } from '../../framework/spec.ts';
import { settings } from '../../project/setting.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { spec } from './spec.ts';
import { completionTree } from './tree.ts';
import { zshScript } from './zsh.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

export const run: Run<typeof spec> = async ({ commands, output }, { shell }) => {
  const script = scripts[shell](
    completionTree(
      commands,
      settings.map(({ key }) => key),
    ),
  );
  output.result({ shell, script }, () => script.trimEnd());
  return exit.done;
};
