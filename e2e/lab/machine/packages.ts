import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { say } from '../say.ts';

/** What the lab runs of the machine's own, with the Debian package of each. The engine itself is of the release of its images. */
const programs = [
  ['/usr/sbin/debootstrap', 'debootstrap'],
  ['/usr/sbin/runc', 'runc'],
  ['/usr/bin/tini-static', 'tini'],
  ['/usr/bin/slirp4netns', 'slirp4netns'],
  ['/usr/sbin/iptables', 'iptables'],
  ['/usr/sbin/ip', 'iproute2'],
  ['/usr/bin/openssl', 'openssl'],
] as const;

/** Installs what is missing. */
export const bringPackages = async (): Promise<void> => {
  const missing = programs.filter(([path]) => !existsSync(path)).map(([, name]) => name);
  if (missing.length === 0) return;
  say(`installing ${missing.join(', ')}`);
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, stdin: 'ignore' } as const;
  await execa('apt-get', ['update', '-qq'], options);
  const patient = ['-o', 'DPkg::Lock::Timeout=300'];
  await execa('apt-get', [...patient, 'install', '-y', '-qq', '--no-install-recommends', ...missing], options);
};
