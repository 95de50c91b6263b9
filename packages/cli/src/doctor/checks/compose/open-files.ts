import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { composeFiles } from '../../../docker/compose-files.ts';
import type { StackDescription } from '../../../docker/describe.ts';
import {
  type EngineProcess,
  engineProcesses,
  mostOpenFiles,
  openFilesFixes,
  widestOf,
} from '../../../docker/open-files.ts';
import { openFiles } from '../../../stack/compose/container.ts';
import { beforeStart, fail, type Finding, ok } from '../../check.ts';
import { needsEngine, stackCheck } from './stack-check.ts';

export interface OpenFilesFacts {
  /** The most that a container is to have open. */
  readonly wanted: number;
  readonly engines: readonly EngineProcess[];
  /** The most that any process of the machine may have open. */
  readonly most: number;
}

/** The most that a container asks for; 0 where none does. */
export const wantedOpenFiles = (description: StackDescription | undefined): number => {
  if (!description) return openFiles;
  const wanted = Object.values(description.services).flatMap(({ ulimits }) => {
    const nofile = ulimits?.nofile;
    if (nofile === undefined) return [];
    const hard = typeof nofile === 'number' ? nofile : nofile.hard;
    return [hard < 0 ? Infinity : hard];
  });
  return Math.max(0, ...wanted);
};

/** It fails where no engine of this machine could start the containers. */
export const judgeOpenFiles = ({ engines, most, wanted }: OpenFilesFacts): Finding => {
  if (wanted === 0) return ok('as many as the engine gives to each container');
  if (wanted > most)
    return fail(
      `a container is to have ${wanted} files open, and the kernel lets no process have more than ${most}`,
      'sudo sysctl -w fs.nr_open=1048576',
    );
  const widest = widestOf(engines);
  if (!widest || widest.hard >= wanted || engines.some(({ mayRaise }) => mayRaise))
    return ok(`${wanted} for a container`);
  const { hard, name, pid } = widest;
  return fail(
    `a container is to have ${wanted} open, and ${name} (pid ${pid}) may give ${hard} at most`,
    openFilesFixes(widest).join('\n'),
  );
};

/** Whether a file of the admin's may ask for less, which compose reads only beside the generated one. */
const isAskedElsewhere = (dir: string): boolean => {
  const generated = join(dir, 'compose.yaml');
  return composeFiles(dir, (path) => path === generated || existsSync(path)).some((path) => existsSync(path));
};

export const openFilesOfEngine = stackCheck({
  id: 'open-files',
  title: 'Open files',
  group: 'host',
  when: ['doctor', 'init', ...beforeStart],
  skip: async (facts) => {
    const reason = await needsEngine(facts);
    if (reason !== undefined) return reason;
    if (!(await facts.description()) && isAskedElsewhere(facts.stack.dir)) return 'there is no compose.yaml yet';
    if ((await facts.info()).hostname !== hostname()) return 'the engine is not on this machine';
    return engineProcesses().length === 0 ? 'the process of the engine cannot be looked at' : undefined;
  },
  run: async ({ description }) =>
    judgeOpenFiles({
      wanted: wantedOpenFiles(await description()),
      engines: engineProcesses(),
      most: mostOpenFiles(),
    }),
});
