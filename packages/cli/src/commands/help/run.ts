import { exit } from '../../errors/exit.ts';
import { showHelp } from '../../framework/help.ts';
import type { Run } from '../../framework/spec.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async ({ commands, output }, { command }) => {
  showHelp(output, commands, command);
  return exit.done;
};
