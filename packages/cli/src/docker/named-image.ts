import type { Compose } from './compose.ts';
import { readDescription } from './describe.ts';
import { imageIdOf } from './image-id.ts';
import { runDocker } from './run-docker.ts';

/** What the name of an image means. */
export interface NamedImage {
  readonly name: string;
  /** Undefined: nothing yet. */
  readonly id: string | undefined;
}

/** The image of the server that the files of the folder name; undefined where they name none, or compose does not read them. */
export const namedImage = async (compose: Compose): Promise<NamedImage | undefined> => {
  const description = await readDescription(compose).catch(() => undefined);
  const name = description?.services.migrate?.image;
  return name === undefined ? undefined : { name, id: await imageIdOf(name) };
};

/** Lets the name mean what it meant: another build may have taken it. */
export const putNameBack = async ({ id, name }: NamedImage): Promise<void> => {
  if (id !== undefined) await runDocker(['tag', id, name], { doing: 'name the image of before' });
  else if ((await imageIdOf(name)) !== undefined) await runDocker(['rmi', name], { doing: 'remove an image' });
};
