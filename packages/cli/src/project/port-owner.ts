import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The process that listens on a port, as far as this user may see. */
export interface PortOwner {
  readonly pid: number;
  readonly command: string;
  /** The unit of systemd that it belongs to, if any: `caddy.service`. */
  readonly unit?: string;
}

/** The unit in what /proc/<pid>/cgroup says (cgroups(7)); those of people's own systemd are none that root could stop. */
export const unitIn = (cgroup: string): string | undefined => /:\/system\.slice\/([^/\n]+\.service)/.exec(cgroup)?.[1];

const unitOf = (pid: string): string | undefined => {
  try {
    return unitIn(readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
  } catch {
    return undefined;
  }
};

const listening = '0A';

/** Inodes of the sockets that listen on the port (proc_net_tcp: address:port in hexadecimal, state, inode). */
const inodes = (port: number): Set<string> => {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => {
    try {
      return readFileSync(path, 'utf8').split('\n').slice(1);
    } catch {
      return [];
    }
  });
  return new Set(
    rows.flatMap((row) => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
      return state === listening && local.endsWith(wanted) ? [inode] : [];
    }),
  );
};

const holds = (pid: string, sockets: ReadonlySet<string>): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return target.startsWith('socket:[') && sockets.has(target.slice(8, -1));
    });
  } catch {
    // It has ended, or is of another user.
    return false;
  }
};

/** Who listens on the TCP port; undefined where that cannot be told. */
export const portOwner = (port: number): PortOwner | undefined => {
  const sockets = inodes(port);
  if (sockets.size === 0) return undefined;
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name, sockets));
  if (pid === undefined) return undefined;
  const unit = unitOf(pid);
  const command = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  return { pid: Number(pid), command, ...(unit === undefined ? {} : { unit }) };
};

/** The command that ends it for good. Docker listens for containers, and is not to be ended itself. */
export const stopCommand = ({ command, pid, unit }: PortOwner): string => {
  if (command === 'docker-proxy') return 'docker ps (names the container), docker stop';
  return unit === undefined ? `sudo kill ${pid}` : `sudo systemctl disable --now ${unit}`;
};
