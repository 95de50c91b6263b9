import type { Context } from '../framework/context.ts';
import { type Compose, toldBy } from './compose.ts';

/** Builds the image that all processes of the server are of; what did not change is there already. */
export const buildImage = async (context: Pick<Context, 'output' | 'signal'>, compose: Compose): Promise<void> => {
  context.output.say('Building the image of the server; the first time this takes minutes');
  await compose.run(['build'], {
    doing: 'build the image of the server',
    onLine: toldBy(context),
    signal: context.signal,
  });
};
