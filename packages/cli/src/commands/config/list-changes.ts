import type { FileAction } from '../../generated/plan-files.ts';
import type { Rendering } from '../../generated/render-project.ts';
import { table } from '../../output/table.ts';

/** What becomes of a file, in a word and a sentence. */
const actions: Readonly<Record<FileAction, readonly [word: string, about: string] | undefined>> = {
  same: undefined,
  create: ['create', ''],
  replace: ['update', 'nobody edited it'],
  edited: ['keep', 'edited by hand'],
  merge: ['merge', 'edited by hand, and changed by the settings elsewhere'],
  conflict: ['keep', 'edited by hand where the settings change it'],
  removed: ['keep away', 'removed by hand'],
  foreign: ['keep', 'not of messox'],
  delete: ['delete', 'generated no more'],
  abandon: ['keep', 'generated no more, but edited by hand'],
};

/** The plan for people: a line for each file that is not as it is to be. */
export const listChanges = ({ namesProject, own, plan, secrets }: Rendering): string[] =>
  table([
    ...plan.flatMap(({ action, path }) => {
      const told = actions[action];
      return told ? [[`  ${told[0]}`, path, told[1]]] : [];
    }),
    ...own.map((path) => ['  create', path, 'yours: never touched again']),
    ...(namesProject ? [['  create', '.env', 'the name of the compose project']] : []),
    ...secrets.map((name) => ['  create', `secrets/${name}`, 'secret']),
  ]);
