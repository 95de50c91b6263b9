import { CliError } from '../errors/cli-error.ts';
import { exit, type ExitCode } from '../errors/exit.ts';
import { translate } from '../errors/translate.ts';
import { createOutput, type Output } from '../output/output.ts';
import { jsonSink, textSink } from '../output/sinks.ts';
import { createStyle } from '../output/style.ts';
import { cliVersion } from '../version.ts';
import { createAsk } from './ask.ts';
import { guessGlobals, readGlobals } from './globals.ts';
import { showHelp } from './help.ts';
import { interruptible } from './interrupt.ts';
import { parse, type Request } from './parse.ts';
import type { Command } from './spec.ts';

interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the process lends to a run. */
export interface Io {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: Terminal;
  readonly stderr: Terminal;
}

interface OutputFlags {
  readonly dir: string;
  readonly json: boolean;
  readonly color: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

const openOutput = ({ env, stdout, stderr }: Io, { dir, json, color, verbose, quiet }: OutputFlags): Output =>
  createOutput(
    (json ? jsonSink : textSink)({
      out: stdout,
      err: stderr,
      outStyle: createStyle({ color, isTty: stdout.isTTY === true, columns: stdout.columns, env }),
      errStyle: createStyle({ color, isTty: stderr.isTTY === true, columns: stderr.columns, env }),
      verbose,
      quiet,
      place: { env, dir },
    }),
  );

const runCommand = async (
  { command, args, options, globals }: Extract<Request, { kind: 'run' }>,
  commands: readonly Command[],
  io: Io,
): Promise<ExitCode> => {
  const flags = readGlobals(globals, io.env);
  const output = openOutput(io, flags);
  try {
    const run = await command.load?.();
    const isTty = io.stdin.isTTY === true && io.stdout.isTTY === true;
    const place = { env: io.env, dir: flags.dir };
    const ask = createAsk({ flags, isTty, env: io.env, onQuestion: output.question });
    return await interruptible(
      command.spec.ownsSignals === true,
      () => output.error(new CliError('interrupted', 'Interrupted')),
      async (signal) =>
        (await run?.({ flags, output, ask, env: io.env, place, signal, commands }, args as never, options as never)) ??
        exit.done,
    );
  } catch (error) {
    const told = translate(error);
    output.error(told);
    return told.exit;
  }
};

/** Reads the command line, runs what it asks for and tells the exit code. Throws nothing. */
export const run = async (commands: readonly Command[], io: Io): Promise<ExitCode> => {
  try {
    const request = parse(commands, io.argv, io.env);
    if (request.kind === 'run') return await runCommand(request, commands, io);
    const output = openOutput(io, readGlobals(request.globals, io.env));
    if (request.kind === 'version') output.result({ version: cliVersion(), node: process.version }, () => cliVersion());
    else showHelp(output, commands, request.words);
    return exit.done;
  } catch (error) {
    const told = translate(error);
    openOutput(io, guessGlobals(io.argv, io.env)).error(told);
    return told.exit;
  }
};
