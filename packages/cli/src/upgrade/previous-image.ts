import { imageIdOf } from '../docker/image-id.ts';
import { runDocker } from '../docker/run-docker.ts';
import { versionInImage } from '../docker/server-version.ts';
import { previousUpgrade, type StackSnapshot } from './record.ts';

type Image = NonNullable<StackSnapshot['image']>;

/** Of the image that one can go back to: it has a name of its own, so that `docker image prune` leaves it. */
const previousName = (project: string): string => `${project}-server:previous`;

/** An image that a container uses stays: Docker refuses then. */
const removeName = async (name: string): Promise<void> => {
  await runDocker(['rmi', name], { doing: 'remove an image' }).catch(() => undefined);
};

/**
 * Names this image where it is there; where it is not, the name goes on to mean what it means.
 *
 * @returns whether it is there
 */
export const namePrevious = async (project: string, image: Image | null | undefined): Promise<boolean> => {
  if (!image || (await imageIdOf(image.id)) === undefined) return false;
  await runDocker(['tag', image.id, previousName(project)], { doing: 'name the image of before' });
  return true;
};

/** Keeps this image, and no other; undefined where there is none to go back to. */
export const keepPrevious = async (project: string, image: Image | null | undefined): Promise<void> => {
  const name = previousName(project);
  if (!(await namePrevious(project, image)) && (await imageIdOf(name)) !== undefined) await removeName(name);
};

/**
 * Removes the images of this project that are neither run nor gone back to any more. What the admin has given a name of their
 * own stays, and so does what a container uses.
 */
export const removeSuperseded = async (project: string, kept: ReadonlySet<string>): Promise<void> => {
  const label = ['--filter', `label=com.docker.compose.project=${project}`];
  const words = ['images', '--all', '--no-trunc', ...label, '--format', '{{.ID}} {{.Repository}}:{{.Tag}}'];
  const told = await runDocker(words, { doing: 'look for images of before' }).catch(() => '');
  for (const line of told.split('\n')) {
    const [id = '', name = ''] = line.split(' ');
    if (id === '' || kept.has(id)) continue;
    if (name === '<none>:<none>') await removeName(id);
    else if (name.startsWith(`${project}-server:`) && versionInImage(name) !== undefined) await removeName(name);
  }
};

/** The version that `upgrade --rollback` leads a server that Docker runs to; undefined: none, or its image is gone. */
export const versionBefore = async (dir: string): Promise<string | undefined> => {
  const { from, stack } = previousUpgrade(dir) ?? {};
  if (!stack || !from) return undefined;
  return stack.image && (await imageIdOf(stack.image.id)) === undefined ? undefined : from;
};
