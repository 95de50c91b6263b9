import type { Container } from '../../docker/containers.ts';
import { type NamedImage, putNameBack } from '../../docker/named-image.ts';
import { putDataBack, putToRest } from '../../docker/put-to-rest.ts';
import type { RunningStack } from '../../docker/stack.ts';
import { translate } from '../../errors/translate.ts';
import type { Context } from '../../framework/context.ts';
import type { StackSnapshot } from '../../upgrade/record.ts';
import { putFilesBack } from '../../upgrade/stack-snapshot.ts';
import type { LackedSecrets } from './lacked-secrets.ts';

/** How long what ran before may take to be healthy again, in ms. */
const backMs = 120_000;

/** What there was before a restore. */
export interface StackBefore {
  readonly stack: RunningStack;
  readonly containers: readonly Container[];
  readonly snapshot: StackSnapshot;
  /** Undefined: the files named none. */
  readonly image: NamedImage | undefined;
}

/** What went wrong first is what is told as the error; a step that fails here is warned of, and keeps no other one back. */
const attempt = async ({ output }: Context, what: string, step: () => unknown): Promise<void> => {
  try {
    await step();
  } catch (error) {
    const { detail, fixes, message } = translate(error);
    output.warn([`Not put back: ${what}. ${message}`, ...(detail === undefined ? [] : [detail]), ...fixes].join('\n'));
  }
};

export const takeSecretsAway = (context: Context, secrets: LackedSecrets): Promise<void> =>
  attempt(context, 'secrets/', secrets.takeAway);

/** Lets generated files, image and containers be what they were. */
export const putStackBack = async (
  context: Context,
  { containers, image, snapshot, stack }: StackBefore,
): Promise<void> => {
  const { compose, dir } = stack;
  // Whoever pressed Ctrl-C wants this, too.
  const unheard = { ...context, signal: new AbortController().signal };
  await attempt(context, 'the generated files', () => {
    for (const path of putFilesBack(dir, snapshot))
      context.output.warn(`${path} was edited meanwhile, so it was kept; what it was is in ${path}.new`);
  });
  if (image) await attempt(context, `the image ${image.name}`, () => putNameBack(image));
  await attempt(context, 'PostgreSQL and RabbitMQ as they ran', () =>
    putDataBack({ context: unheard, stack, waitMs: backMs }, containers),
  );
  await attempt(context, 'the containers that did not run', () => putToRest(context, compose, containers));
};
