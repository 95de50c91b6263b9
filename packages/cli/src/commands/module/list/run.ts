import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { printable } from '../../../output/printable.ts';
import type { Style } from '../../../output/style.ts';
import { table } from '../../../output/table.ts';
import { gatherModules, type ModuleState } from './gather.ts';
import type { spec } from './spec.ts';

const stateText = ({ state }: ModuleState, { dim, green, red, signs }: Style): string => {
  if (state === 'loads') return green(`${signs.ok} loads`);
  return state === 'refused' ? red(`${signs.fail} refused`) : dim(`${signs.dot} set aside`);
};

const migrationsText = ({ migrations: { count, pending } }: ModuleState): string => {
  if (count === 0) return '-';
  if (pending === null) return String(count);
  return pending === 0 ? `${count} applied` : `${pending} of ${count} pending`;
};

const settingsText = ({ settings: { count, problems, set } }: ModuleState): string => {
  if (problems.length > 0) return `${problems.length} wrong`;
  return count === 0 ? '-' : `${set} of ${count} set`;
};

const render = (modules: readonly ModuleState[], style: Style): string[] => [
  ...table([
    ['module', 'state', 'version', 'migrations', 'settings', 'from'].map(style.bold),
    ...modules.map((module) => [
      printable(module.name),
      stateText(module, style),
      printable(module.version ?? '-'),
      migrationsText(module),
      settingsText(module),
      printable(module.from),
    ]),
  ]),
  ...modules.flatMap(({ settings, why }) =>
    [...(why === undefined ? [] : [why]), ...settings.problems].flatMap((text) => ['', printable(text)]),
  ),
];

export const run: Run<typeof spec> = async (context) => {
  const modules = await gatherModules(context);
  context.output.result({ modules }, (style) => render(modules, style));
  return exit.done;
};
