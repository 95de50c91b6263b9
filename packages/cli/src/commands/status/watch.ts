import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../../framework/context.ts';
import type { Data, Render } from '../../output/output.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';

/** From one look to the next, in ms. */
const pauseMs = 2_000;
const clearScreen = '\u001b[2J\u001b[H';

export interface Look {
  readonly healthy: boolean;
  readonly data: Data;
  readonly render: Render;
}

/** Shows it once, or again and again until Ctrl-C: in place on a terminal, else one after the other. */
export const show = async (context: Context, look: () => Promise<Look>, isWatching: boolean): Promise<ExitCode> => {
  const { flags, output, signal } = context;
  if (!isWatching) {
    const { data, healthy, render } = await look();
    output.result(data, render);
    return healthy ? exit.done : exit.state;
  }
  const isScreen = process.stdout.isTTY && !flags.json;
  /** Asked anew after each wait. */
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const { data, render } = await look();
    output.entry(data, (style) => {
      const text = [render(style)].flat();
      return isScreen ? [`${clearScreen}${text[0] ?? ''}`, ...text.slice(1)] : [...text, ''];
    });
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return exit.done;
};
