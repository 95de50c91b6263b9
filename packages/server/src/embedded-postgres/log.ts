/** As `settings.ts` has it written: time, pid, SQLSTATE, kind of process, severity, text. */
const LINE = /^(?<head>.+? \[\d+\] (?<state>[0-9A-Z]{5}) (?<backend>[a-z ]+): (?<severity>[A-Z0-9]+): {2})(?<text>.*)$/;
/** Classes of SQLSTATE whose texts speak of the system, never of values: connections, passwords, locks, resources, shutdown, I/O, damage, permissions. */
const SPEAKS_OF_THE_SYSTEM = /^(00|08|28|3D|40|42501|53|55|57|58|F0|XX)/;
/** What ends a session or the server is of the system too. */
const ENDS_SOMETHING = /^(FATAL|PANIC)$/;
/** Processes of PostgreSQL that see no value of a row. */
const SYSTEM_PROCESSES = /^(postmaster|startup|checkpointer|background writer|walwriter|io worker|archiver)$/;
const KEPT_LINES = 20;

/** The log of one PostgreSQL as it may be shown and stored. */
export interface ServerLog {
  /** Takes a line as PostgreSQL wrote it. */
  add(line: string): void;
  /** The latest lines, for an error that has to say why PostgreSQL ended. */
  tail(): string;
}

/** Errors of statements quote values (`invalid input syntax for type integer: "..."`): of those only the SQLSTATE is kept. */
export function createServerLog(onLine: (line: string) => void): ServerLog {
  const kept: string[] = [];
  let withholding = false;
  return {
    add(line) {
      // PostgreSQL indents the further lines of one message with a tab.
      if (line.startsWith('\t')) {
        if (withholding) return;
      } else withholding = quotesValues(line);
      const shown = withholding ? line.replace(LINE, '$<head>(text withheld)') : line;
      kept.push(shown);
      if (kept.length > KEPT_LINES) kept.shift();
      onLine(shown);
    },
    tail: () => kept.join('\n'),
  };
}

function quotesValues(line: string): boolean {
  const { state = '', backend = '', severity = '' } = LINE.exec(line)?.groups ?? {};
  const systemSpeaks =
    SPEAKS_OF_THE_SYSTEM.test(state) || SYSTEM_PROCESSES.test(backend) || ENDS_SOMETHING.test(severity);
  return state !== '' && !systemSpeaks;
}
