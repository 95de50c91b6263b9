/**
 * The `docker` that programs find: a shell script, which takes a moment only. It hands its words to the test over the port,
 * and what it reads there on to whoever called it.
 */
export const clientScript = (port: number): string => `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1
printf '%s\\0' "$#" "$@" >&3
read -r code <&3 || exit 1
if [ "$code" != 0 ]; then cat <&3 >&2; exit "$code"; fi
if [ "$1 $2" = 'exec --interactive' ]; then exec 4<&0; cat <&4 >&3 & fi
exec cat <&3
`;

/** The words of a call, as the script sends them; undefined while there are more to come. */
export const readWords = (bytes: Buffer): string[] | undefined => {
  const parts = bytes.toString().split('\0');
  const count = Number(parts[0]);
  return parts.length >= count + 2 ? parts.slice(1, count + 1) : undefined;
};
