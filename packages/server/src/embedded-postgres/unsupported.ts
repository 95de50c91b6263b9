import { EmbeddedPostgresError } from './error.ts';
import type { ServerLog } from './log.ts';
import type { Ended } from './watch.ts';

/** What a shell answers for a program that it found but could not run, and for one whose loader is not there. */
const CANNOT_RUN = [126, 127];

/** On a system without the GNU C library (Alpine) the binaries are installed, but nothing can load them. */
export function throwIfUnsupported(ended: Ended, log: ServerLog): void {
  if (ended.status === undefined || !CANNOT_RUN.includes(ended.status)) return;
  throw new EmbeddedPostgresError(
    'postgres_platform_unsupported',
    `The embedded PostgreSQL cannot run on this system:\n${log.tail()}`,
    'It needs the GNU C library (Debian, Ubuntu, Fedora; not Alpine) or macOS. Use such a system, or give messox a PostgreSQL of your own.',
  );
}
