import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { stringify } from 'yaml';
import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import type { Rendering } from '../generated/render-project.ts';
import { removeStaging, stageFiles } from '../generated/stage-rendering.ts';
import { projectPaths } from '../project/paths.ts';
import { ownFiles } from '../stack/index.ts';
import { buildImage } from './build-image.ts';
import { type Compose, composeOf } from './compose.ts';
import { composeFiles } from './compose-files.ts';
import { describeStack, type StackDescription } from './describe.ts';
import { checkNginx } from './nginx.ts';

/** Where nginx reads in its container. */
const nginxFolder = '/etc/nginx';

/** The last part of it may not be there yet. */
const real = (path: string): string =>
  existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));

const isSame = (path: string | undefined, other: string): boolean =>
  path === other || (path !== undefined && existsSync(dirname(path)) && real(path) === real(other));

/** For compose, which puts in the values of variables. */
const literal = (path: string): string => path.replaceAll('$', '$$$$');

const mount = (dir: string, source: string, target: string): object => ({
  type: 'bind',
  source: `./${literal(relative(dir, source))}`,
  target: literal(target),
  read_only: true,
  bind: { create_host_path: false },
});

/**
 * The staged folder in the place of that of the server, and over it what is the admin's there: that is not copied, since nginx
 * may be allowed to read what this user is not.
 */
const nginxMounts = (dir: string): object[] => {
  const [folder, staged] = [join(dir, 'nginx'), join(projectPaths(dir).staging, 'nginx')];
  const own = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => !existsSync(join(staged, name)));
  const mounts = own.flatMap((name) => {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stats === undefined) return [];
    // What is mounted needs a place to be mounted on, which a folder that cannot be written to does not give.
    if (stats.isDirectory()) mkdirSync(join(staged, name));
    else writeFileSync(join(staged, name), '');
    return [mount(dir, join(folder, name), `${nginxFolder}/${name}`)];
  });
  return [mount(dir, staged, nginxFolder), ...mounts];
};

/** What leads nginx and the build to the staged files, where the admin has not led them elsewhere. */
const redirects = (dir: string, { services: { migrate, nginx } }: StackDescription): object => {
  const { staging } = projectPaths(dir);
  const folder = nginx?.volumes?.find(({ target }) => target === nginxFolder)?.source;
  const { context, dockerfile = 'Dockerfile' } = migrate?.build ?? {};
  const isBuiltHere = isSame(context, dir) && dockerfile === 'Dockerfile' && existsSync(join(staging, dockerfile));
  return {
    services: {
      ...(isSame(folder, join(dir, 'nginx')) ? { nginx: { volumes: nginxMounts(dir) } } : {}),
      ...(isBuiltHere ? { migrate: { build: { dockerfile: `${relative(dir, staging)}/Dockerfile` } } } : {}),
    },
  };
};

/** What compose reads of the admin's own files that are about to be made. */
const stageOwn = ({ dir, own }: Rendering): void => {
  for (const { content, mode, path } of ownFiles)
    if (own.includes(path) && dirname(path) === '.')
      writeFileSync(join(projectPaths(dir).staging, path), content, { mode });
};

/** Compose would go on in the folders above, and take the files of another project. */
const nothingToRead = (dir: string): CliError =>
  new CliError('path_missing', `There is no compose.yaml in ${dir}`, {
    detail: 'It was removed by hand, so it stays away, and no other file there is one that compose looks for.',
    fixes: ['`messox config render --recreate` (makes it again)'],
  });

/**
 * Compose on what it will read in the folder, the staged files among it. Paths in them mean those of the project folder, as they
 * will, but for what is redirected.
 *
 * @throws CliError path_missing, docker_failed
 */
const openStaged = async (compose: Compose): Promise<Compose> => {
  const { dir, project } = compose;
  const { staging } = projectPaths(dir);
  const asStaged = (path: string): string => {
    const staged = join(staging, relative(dir, path));
    return path.startsWith(`${dir}/`) && existsSync(staged) ? staged : path;
  };
  const files = composeFiles(dir, (path) => existsSync(asStaged(path))).map(asStaged);
  if (files.length === 0) throw nothingToRead(dir);
  const description = await describeStack(composeOf(dir, project, files));
  // Beside the Dockerfile it is found by this name.
  if (existsSync(join(staging, '.dockerignore')))
    renameSync(join(staging, '.dockerignore'), join(staging, 'Dockerfile.dockerignore'));
  const redirect = join(staging, 'redirect.yaml');
  writeFileSync(redirect, stringify(redirects(dir, description), { version: '1.1' }));
  return composeOf(dir, project, [...files, redirect]);
};

/**
 * Lets compose and the nginx of the image check what rendering would write, and builds the image from it, before one file of
 * the server is touched. Whatever comes of it, nothing but the image is left. The caller has the lock of the folder.
 *
 * @throws CliError path_missing, nginx_refuses, interrupted; what docker refuses
 */
export const tryStaged = async (
  context: Pick<Context, 'output' | 'signal'>,
  compose: Compose,
  rendering: Rendering,
): Promise<void> => {
  const { dir, plan } = rendering;
  try {
    stageFiles(dir, plan);
    stageOwn(rendering);
    const ready = await openStaged(compose);
    await checkNginx(ready);
    await buildImage(context, ready);
  } finally {
    removeStaging(dir);
  }
};
