import { existsSync } from 'node:fs';

/** Why the lab cannot be set up on this machine; undefined when it can. */
export const whyNotHere = (): string | undefined => {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get'))
    return 'it needs Debian, whose packages it makes its images of';
  if (process.getuid?.() !== 0) return 'it needs root, to start a Docker engine of its own';
  return undefined;
};
