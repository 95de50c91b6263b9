import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { hasDrift, type PlannedFile } from '../../../generated/plan-files.ts';
import { planRendering } from '../../../generated/render-project.ts';
import { unifiedDiff } from '../../../generated/unified-diff.ts';
import { type Place, typed } from '../../../output/command-line.ts';
import { printable } from '../../../output/printable.ts';
import type { Style } from '../../../output/style.ts';
import type { spec } from './spec.ts';

const why: Readonly<Record<PlannedFile['action'], string>> = {
  same: 'as it is to be',
  create: 'is not there yet',
  replace: 'the settings or messox changed; `messox config render` writes it',
  edited: 'was edited by hand, and is kept so',
  merge: 'was edited by hand, and the settings changed elsewhere; `messox config render` brings them together',
  conflict: 'was edited by hand where the settings change it; `messox config render` keeps it',
  removed: 'was removed by hand; `messox config render --recreate` brings it back',
  foreign: 'is not of messox, and is kept',
  delete: 'is generated no more; `messox config render` removes it',
  abandon: 'is generated no more, and is kept, since it was edited by hand',
};

/** From what is on disk to what would be written; for what is kept, from what is generated to what is on disk. */
const diffOf = ({ action, content, current, next, path }: PlannedFile): string[] => {
  if (action === 'edited' || action === 'conflict' || action === 'foreign')
    return unifiedDiff(path, next?.content, current);
  if (action === 'removed' || action === 'abandon') return [];
  return unifiedDiff(path, current, content);
};

const paint = (line: string, style: Style): string => {
  const text = printable(line);
  if (/^(---|\+\+\+)/.test(line)) return style.bold(text);
  if (line.startsWith('+')) return style.green(text);
  return line.startsWith('-') ? style.red(text) : line.startsWith('@@') ? style.dim(text) : text;
};

const render = (drifted: readonly PlannedFile[], style: Style, place: Place): string[] => {
  if (drifted.length === 0) return [`${style.green(style.signs.ok)} The files are as messox.yaml says`];
  return drifted.flatMap((file) => [
    `${style.yellow(style.signs.warn)} ${style.bold(file.path)} ${typed(why[file.action], place)}`,
    ...diffOf(file).map((line) => paint(line, style)),
    '',
  ]);
};

export const run: Run<typeof spec> = async ({ flags, output, place }, _, options) => {
  const { plan } = planRendering(flags.dir);
  const drift = hasDrift(plan);
  const drifted = plan.filter(({ action }) => action !== 'same');
  const files = plan.map((file) => ({ path: file.path, state: file.action, diff: diffOf(file).join('\n') }));
  output.result({ drift, files }, (style) => render(drifted, style, place));
  return options.exitCode && drift ? exit.state : exit.done;
};
