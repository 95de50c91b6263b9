import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import type { Run } from '../../framework/spec.ts';
import { requireEngine } from '../../docker/engine.ts';
import { findRemains, type Remains, removeRemains } from '../../docker/remains.ts';
import { openStack, type RunningStack } from '../../docker/stack.ts';
import { withLock } from '../../project/lock.ts';
import { projectPaths } from '../../project/paths.ts';
import type { Settings } from '../../project/schema.ts';
import { type GeneratedFiles, findGenerated } from './generated-files.ts';
import type { spec } from './spec.ts';
import { whatStays } from './what-stays.ts';

interface Plan {
  readonly project: string;
  /** What goes. */
  readonly remains: Remains;
  readonly files: readonly string[];
  /** Of those, what was made for the admin to write into. */
  readonly unused: readonly string[];
  /** What stays, with why. */
  readonly kept: readonly string[];
}

const secretFolder = 'secrets';

/** Of Docker, what others may use as well: nothing says for whom it was fetched or built. */
const keptOfDocker = ({ images }: Settings['deploy']): string[] => [
  `the images ${Object.values(images).join(', ')}`,
  'the build cache of Docker (docker builder prune empties that of all projects)',
];

const makePlan = async ({ compose, dir, settings }: RunningStack, deleteData: boolean): Promise<Plan> => {
  const found = await findRemains(compose.project);
  const { edited, unused, untouched }: GeneratedFiles = findGenerated(dir);
  const hasSecrets = existsSync(join(dir, secretFolder));
  const files = [...untouched, ...unused, ...(deleteData && hasSecrets ? [`${secretFolder}/`] : [])];
  return {
    project: compose.project,
    remains: deleteData ? found : { ...found, volumes: [] },
    files,
    unused,
    kept: [
      ...whatStays(dir, files, edited).map((path) => (edited.includes(path) ? `${path} (you edited it)` : path)),
      ...(deleteData ? [] : found.volumes.map((name) => `volume ${name}`)),
      ...keptOfDocker(settings.deploy),
    ],
  };
};

const show = ({ output }: Context, { files, kept, remains, unused }: Plan): void => {
  output.say('This goes:');
  for (const [kind, names] of Object.entries<readonly string[]>({ ...remains, files }))
    for (const name of names)
      output.say(`  ${kind.replace(/s$/, '')} ${name}${unused.includes(name) ? ' (you wrote nothing into it)' : ''}`);
  output.say('This stays:');
  for (const name of kept) output.say(`  ${name}`);
};

/** Whoever deletes messages for good types what it is that goes. */
const confirm = async ({ ask }: Context, { project }: Plan, given: string | undefined): Promise<void> => {
  const typed =
    given ??
    (await ask.text({
      message: `Type the name of the project, ${project}, to remove this:`,
      flag: `--confirm ${project}`,
    }));
  if (typed.trim() !== project)
    throw new CliError('cancelled', 'That is not the name of the project; nothing was changed', {
      detail: `It is ${project}.`,
    });
};

/** The folders that a file is in, below that of the project. */
const foldersOf = (file: string): string[] => {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
};

/** A folder that is left with nothing in it goes, too. */
const removeFiles = (dir: string, files: readonly string[]): void => {
  for (const file of files) rmSync(join(dir, file), { recursive: true, force: true });
  const folders = new Set(files.flatMap(foldersOf));
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    const path = join(dir, folder);
    if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
  }
  const { lock, state } = projectPaths(dir);
  for (const name of readdirSync(state)) {
    const path = join(state, name);
    if (path !== lock) rmSync(path, { recursive: true, force: true });
  }
};

/** Once the lock is let go of; another command may have taken it meanwhile. */
const removeState = (dir: string): void => {
  const { state } = projectPaths(dir);
  if (existsSync(state) && readdirSync(state).length === 0) rmdirSync(state);
};

export const run: Run<typeof spec> = async (context, _, { confirm: given, deleteData }) => {
  const { flags, output } = context;
  const { dir } = flags;
  const stack = openStack(dir);
  const { project } = stack.compose;
  await requireEngine();
  const code = await withLock(dir, 'uninstall', async () => {
    const plan = await makePlan(stack, deleteData);
    show(context, plan);
    await confirm(context, plan, given);
    output.say('Removing it');
    await removeRemains(plan.remains);
    removeFiles(dir, plan.files);
    output.result({ project, removed: { ...plan.remains, files: plan.files }, kept: plan.kept }, (style) => [
      `${style.green(style.signs.ok)} Removed${deleteData ? '' : '; the data is kept'}`,
    ]);
    return exit.done;
  });
  removeState(dir);
  return code;
};
