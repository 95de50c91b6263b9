import type { Place } from '../output/command-line.ts';
import type { Output } from '../output/output.ts';
import type { GlobalFlags } from './globals.ts';
import type { Ask } from './ask.ts';
import type { Command } from './spec.ts';

/** What a command is lent. */
export interface Context {
  readonly flags: GlobalFlags;
  readonly output: Output;
  readonly ask: Ask;
  readonly env: NodeJS.ProcessEnv;
  /** From where its commands are typed. */
  readonly place: Place;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, for a command whose spec says `ownsSignals`. */
  readonly signal: AbortSignal;
  /** The table of all commands. */
  readonly commands: readonly Command[];
}
