import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { parseRecord } from '../../server-log/record.ts';
import { renderRecord } from '../../server-log/render-record.ts';
import { serve, type Overrides } from '../../server-process/serve.ts';
import { firstSteps, isFirstStart } from './first-steps.ts';
import { outliveReaders, stopping } from './in-terminal.ts';

/** Runs the server in this process, and shows its log. */
export const upHere = async (context: Context, overrides: Overrides): Promise<ExitCode> => {
  const { flags, output, signal } = context;
  const isFirst = isFirstStart(flags.dir);
  const isRead = outliveReaders();
  signal.addEventListener('abort', () => {
    if (isRead()) output.say(stopping);
  });
  await serve({
    dir: flags.dir,
    overrides,
    isDetached: false,
    verbose: flags.verbose,
    signal,
    onLine: (line) => {
      if (!isRead()) return;
      const record = parseRecord(line);
      output.entry(record, (style) => renderRecord(record, style, flags.verbose));
    },
    onReady: (server) => {
      output.ok('messox is ready; Ctrl-C stops it');
      for (const line of firstSteps(context, server, isFirst)) output.say(line);
    },
  });
  return exit.done;
};
