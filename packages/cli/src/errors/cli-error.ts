import { errorCodes, type ErrorCode } from './codes.ts';
import { command } from '../output/command-line.ts';
import { exit, type ExitCode } from './exit.ts';

export interface CliErrorFacts {
  /** Why, or who: printed below the message. May have several lines; commands are between backticks, here as everywhere. */
  readonly detail?: string;
  /** Commands or sentences that mend it, the best one first. */
  readonly fixes?: readonly string[];
  /** The same for programs, where the detail lists several things. */
  readonly problems?: readonly object[];
  readonly cause?: unknown;
}

/** An error that a person can do something about: what is wrong, why, and what mends it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  /** Stable; a key of the error table. */
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly fixes: readonly string[];
  readonly problems: readonly object[] | undefined;
  readonly exit: ExitCode;

  constructor(code: ErrorCode, message: string, facts: CliErrorFacts = {}) {
    super(message, { cause: facts.cause });
    this.code = code;
    this.detail = facts.detail;
    this.fixes = facts.fixes ?? [];
    this.problems = facts.problems;
    this.exit = exit[errorCodes[code].exit];
  }

  /** What explains the code. */
  get explanation(): string {
    return command('help', this.code);
  }
}
