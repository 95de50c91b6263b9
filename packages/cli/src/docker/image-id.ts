import { z } from 'zod';
import { runDocker } from './run-docker.ts';

const imageSchema = z.array(z.object({ Id: z.string() }));

/** What the name of an image, or its id, means by now; undefined: no image. */
export const imageIdOf = async (name: string): Promise<string | undefined> => {
  const told = await runDocker(['image', 'inspect', name], { doing: 'look at an image' }).catch(() => undefined);
  return told === undefined ? undefined : imageSchema.parse(JSON.parse(told))[0]?.Id;
};
