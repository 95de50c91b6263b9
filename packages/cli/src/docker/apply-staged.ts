import type { Context } from '../framework/context.ts';
import { applyAndWarn, type Rendering } from '../generated/render-project.ts';
import type { Compose } from './compose.ts';
import { type NamedImage, namedImage, putNameBack } from './named-image.ts';
import { tryStaged } from './staged-stack.ts';

/**
 * Tries what rendering would write, builds the image from it, and puts the files in their place. Where that is refused, files
 * and image are as they were. The caller has the lock of the folder.
 *
 * @returns what the files named before
 * @throws CliError as `tryStaged` and `applyRendering`
 */
export const applyStaged = async (
  context: Pick<Context, 'output' | 'signal'>,
  compose: Compose,
  rendering: Rendering,
): Promise<NamedImage | undefined> => {
  const image = await namedImage(compose);
  try {
    await tryStaged(context, compose, rendering);
    applyAndWarn(context, rendering);
    return image;
  } catch (error) {
    // What went wrong first is what is told.
    if (image) await putNameBack(image).catch(() => undefined);
    throw error;
  }
};
