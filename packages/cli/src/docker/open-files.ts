import { readdirSync, readFileSync } from 'node:fs';

/** CAP_SYS_RESOURCE in a mask of capabilities: whoever has it may go above its own hard limit (setrlimit(2)). */
const sysResource = 1n << 24n;

/** In the first user namespace, where alone that capability counts, each id stands for itself. */
const allIds = /^\s*0\s+0\s+4294967295\s*$/;

/** A process that starts containers, or that starts what does. */
export interface EngineProcess {
  readonly name: string;
  readonly pid: number;
  /** Of its user on this machine: not 0 where Docker is rootless. */
  readonly uid: number;
  /** Files that it and what it starts may have open; Infinity where there is no limit. */
  readonly hard: number;
  /** Whether it may give a container more than that. */
  readonly mayRaise: boolean;
}

/** The hard limit of open files in a text of proc_pid_limits(5). */
export const hardLimitIn = (limits: string): number => {
  const [, hard = ''] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? [];
  return hard === 'unlimited' ? Infinity : Number(hard);
};

/** The effective one of a status in proc_pid_status(5). */
export const uidIn = (status: string): number => {
  const [, uid] = /^Uid:\s+\d+\s+(\d+)/m.exec(status) ?? [];
  return Number(uid ?? 0);
};

/** Whether a process of this status may go above its hard limits. */
export const mayRaiseLimits = (status: string, uidMap: string): boolean => {
  const [, mask = '0'] = /^CapEff:\s*([\da-f]+)$/m.exec(status) ?? [];
  return allIds.test(uidMap) && (BigInt(`0x${mask}`) & sysResource) !== 0n;
};

const processAt = (pid: string): EngineProcess[] => {
  const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  try {
    const name = read('comm').trim();
    if (name !== 'dockerd' && name !== 'containerd') return [];
    const status = read('status');
    const mayRaise = mayRaiseLimits(status, read('uid_map'));
    return [{ name, pid: Number(pid), uid: uidIn(status), hard: hardLimitIn(read('limits')), mayRaise }];
  } catch {
    // It has ended, or this user may not look at it.
    return [];
  }
};

/** Of a user with a rootless engine that one; a containerd of the machine's may well run beside it. */
export const ofUser = (engines: readonly EngineProcess[], user: number | undefined): readonly EngineProcess[] => {
  const own = engines.filter(({ uid }) => uid !== 0 && uid === user);
  return own.length > 0 ? own : engines;
};

/** Those of this machine that this user may look at, and that start its containers. */
export const engineProcesses = (): readonly EngineProcess[] => {
  try {
    const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return ofUser(names.flatMap(processAt), process.getuid?.());
  } catch {
    return [];
  }
};

/** Above which no process of this machine goes, whatever it may do; Infinity where that cannot be read. */
export const mostOpenFiles = (): number => {
  try {
    return Number(readFileSync('/proc/sys/fs/nr_open', 'utf8'));
  } catch {
    return Infinity;
  }
};

/** The one that may give a container the most; undefined where none can be looked at. */
export const widestOf = (engines: readonly EngineProcess[]): EngineProcess | undefined =>
  [...engines].sort((a, b) => b.hard - a.hard)[0];

const writeLimit = (unit: string): string =>
  `printf '[Service]\\nLimitNOFILE=1048576\\n' | sudo install -D -m 644 /dev/stdin /etc/systemd/system/${unit}.service.d/open-files.conf`;

/** What restarts the engine restarts all containers that it has, of whatever project. */
const raiseLimit = (uid: number): string =>
  uid === 0
    ? `for unit in containerd docker; do ${writeLimit('$unit')}; done; sudo systemctl daemon-reload && sudo systemctl restart containerd docker (raises the limit, and restarts all containers of this machine, also those of others; where the machine is a container, its host has to raise that first)`
    : `${writeLimit('user@')} && sudo systemctl daemon-reload && sudo systemctl restart user@${uid} (raises the limit of rootless Docker, which is that of its user, and restarts all that runs for that user, each container among it)`;

/** What mends a limit of the engine that is too low: it is raised, or less is asked for. */
export const openFilesFixes = ({ hard, uid = 0 }: Partial<Pick<EngineProcess, 'hard' | 'uid'>> = {}): string[] => {
  const limit = hard === Infinity ? undefined : hard;
  const lines = ['nginx', 'gateway', 'rabbitmq'].map(
    (service) => `  ${service}: { ulimits: { nofile: ${limit ?? 'NUMBER'} } }`,
  );
  const asking = `Ask for less${limit === undefined ? ', at most what ulimit -Hn says' : ''}: put this in compose.override.yaml, in place of "services: {}"`;
  return [raiseLimit(uid), [asking, 'services:', ...lines].join('\n')];
};
