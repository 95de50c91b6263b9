import type { Context } from '../../framework/context.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';
import { command, typed } from '../../output/command-line.ts';
import { launch } from '../../server-process/launch.ts';
import type { Overrides } from '../../server-process/serve.ts';
import { firstSteps, isFirstStart } from './first-steps.ts';

const operations = [
  'To see how it is, what it says, and to stop it:',
  ...['status', 'logs', 'down'].map((word) => `  ${command(word)}`),
];

/** Starts the server in the background and tells where it is. */
export const upDetached = async (context: Context, overrides: Overrides, waitTimeout: number): Promise<ExitCode> => {
  const { flags, output, place, signal } = context;
  const isFirst = isFirstStart(flags.dir);
  output.say('Starting the server');
  const state = await launch({
    dir: flags.dir,
    overrides,
    verbose: flags.verbose,
    waitMs: waitTimeout * 1_000,
    signal,
  });
  const { pid, url, host, port, version } = state;
  output.result({ pid, url, host, port, version }, (style) => [
    `${style.green(style.signs.ok)} messox is ready and runs in the background (pid ${pid})`,
    ...firstSteps(context, state, isFirst).map((line) => typed(line, place)),
    ...(isFirst ? operations.map((line) => typed(line, place)) : []),
  ]);
  return exit.done;
};
