/** The exit codes of every command; `docs/reference/cli.md` lists them. */
export const exit = {
  done: 0,
  bug: 1,
  usage: 2,
  /** The state is not what was asked about: nothing is running, a migration is pending, degraded. */
  state: 3,
  /** A check before the work failed; nothing was changed. */
  preflight: 4,
  /** A tool that was called failed. */
  tool: 5,
  /** Not healthy in time. */
  unhealthy: 6,
  locked: 7,
  cancelled: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

/** One sentence a code, for the docs. */
export const exitMeanings: Readonly<Record<keyof typeof exit, string>> = {
  done: 'Done.',
  bug: 'A bug in messox.',
  usage: 'Wrong usage or settings; the command was not begun.',
  state: 'The state is not what was asked about: nothing is running, a migration is pending, something is degraded.',
  preflight: 'A check before the work failed; nothing was changed.',
  tool: 'A program that was called failed.',
  unhealthy: 'The server did not become healthy in time.',
  locked: 'Another messox command is at work in the folder.',
  cancelled: 'You answered no.',
  interrupted: 'Interrupted by Ctrl-C or a signal.',
};
