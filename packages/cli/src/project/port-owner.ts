import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The process that listens on a port, as far as this user may see. */
export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

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
  return { pid: Number(pid), command: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
};
