import { spawn, type ChildProcess } from 'node:child_process';
import type { Launch } from './launch.ts';

/** How long a fast shutdown may take (it ends every session and writes what is in memory), in seconds. */
export const FAST_SHUTDOWN_S = 25;
/** How long an immediate shutdown may take after that, in seconds; then the process is killed. */
export const IMMEDIATE_SHUTDOWN_S = 6;

/**
 * Runs a command for as long as its standard input stays open. Node holds the other end, so that the command ends with Node however
 * that ends. The first line of the input is handed to the command, which is how initdb gets the password. The first line of the
 * output is the pid of the command. Signals to the guard are for the command to survive: Node decides when it ends.
 */
const SCRIPT = `
trap : TERM INT HUP QUIT
fast=$1 immediate=$2
shift 2
exec 3<&0
IFS= read -r line <&3 || exit 0
printf '%s\\n' "$line" | "$@" 3<&- >&2 &
pid=$!
line=
(
  trap '' TERM INT HUP QUIT
  while read -r _; do :; done <&3
  for step in "INT $fast" "QUIT $immediate" "KILL 1"; do
    set -- $step
    tries=$(($2 * 5))
    while [ "$tries" -gt 0 ]; do
      kill -s "$1" "$pid" || exit 0
      sleep 0.2
      tries=$((tries - 1))
    done
  done
) >/dev/null 2>&1 &
reader=$!
exec 3<&-
echo "$pid"
while :; do
  wait "$pid"
  status=$?
  kill -s 0 "$pid" 2>/dev/null || break
done
kill -s KILL "$reader" 2>/dev/null
exit "$status"
`;

/** Starts `command` under the guard, in a session of its own: a Ctrl-C in the terminal is not for the database. */
export function spawnGuarded(launch: Launch, command: readonly string[], firstLine = ''): ChildProcess {
  const [program = '/bin/sh', ...args] = [
    ...launch.prefix,
    ...['/bin/sh', '-c', SCRIPT, 'messox-postgres-guard', String(FAST_SHUTDOWN_S), String(IMMEDIATE_SHUTDOWN_S)],
    ...command,
  ];
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    stdio: 'pipe',
    env: launch.env,
    ...launch.ids,
  });
  // A guard that is gone is noticed by its exit; writing to it is then no error of its own.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${firstLine}\n`);
  return child;
}
