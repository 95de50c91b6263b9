import { commands } from './commands.ts';
import { exit } from './errors/exit.ts';
import { run } from './framework/run.ts';

/** How long something that was left open may keep the process from ending, in ms. */
const lingerMs = 3_000;

/** The program: runs the command line of this process and sets its exit code. */
export const main = async (): Promise<void> => {
  // Whoever reads our output may stop doing so (`messox logs | head`): nothing is wrong with that.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? exit.done : exit.bug);
    });
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await run(commands, { argv: process.argv.slice(2), env, stdin, stdout, stderr });
  setTimeout(() => process.exit(), lingerMs).unref();
};
