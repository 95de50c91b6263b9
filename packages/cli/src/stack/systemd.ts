import type { GeneratedFile } from '../generated/generated-file.ts';

export interface SystemdOptions {
  /** The project folder, an absolute path. */
  readonly dir: string;
  /** Name of the system user that owns it. */
  readonly user: string;
  /** Absolute paths of Node and of messox's program. */
  readonly node: string;
  readonly program: string;
  /** Where the program really is, if it is there by a link. */
  readonly linkedProgram?: string;
  /** `limits.drainMs` of the server. */
  readonly drainMs: number;
}

/** A word of a command line; `%` and `$` would mean something to systemd. */
const word = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** A path that is all of a value: quotes would belong to it. */
const wholePath = (text: string): string => text.replaceAll('%', '%%');

/** An item of a list of paths. */
const listed = (text: string): string => `"${wholePath(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A folder right below /var/lib is one that systemd makes and hands to the user. */
const stateFolder = (dir: string): string[] => {
  const name = /^\/var\/lib\/([\w.-]+)$/.exec(dir)?.[1];
  return name === undefined ? [] : [`StateDirectory=${name}`, 'StateDirectoryMode=0700'];
};

const isInHome = (path: string): boolean => /^\/(home|root)\//.test(path);

/** After the drain, its sessions and its database have this long; then systemd ends all of it. */
const afterDrainMs = 30_000;

/**
 * The unit of an embedded server. Of the machine it writes to its own folder and to nothing else. No MemoryDenyWriteExecute: Node
 * compiles what it runs. No SystemCallFilter: what Node and PostgreSQL call changes with their versions.
 */
export const renderSystemdUnit = (options: SystemdOptions): GeneratedFile => {
  const { dir, drainMs, linkedProgram = options.program, node, program, user } = options;
  const lines = [
    '# Made by messox. For settings of your own: systemctl edit messox',
    '[Unit]',
    'Description=messox, a messaging server',
    'Documentation=man:systemd.service(5)',
    'Wants=network-online.target',
    'After=network-online.target',
    '',
    '[Service]',
    `User=${user}`,
    `WorkingDirectory=${wholePath(dir)}`,
    `ExecStart=${[node, program, 'up', '--no-input', '--dir', dir].map(word).join(' ')}`,
    'Restart=on-failure',
    'RestartSec=2',
    '# The server stops its database itself.',
    'KillMode=mixed',
    `TimeoutStopSec=${Math.ceil((drainMs + afterDrainMs) / 1_000)}`,
    'UMask=0077',
    'LimitNOFILE=65536',
    '',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    ...stateFolder(dir),
    `ReadWritePaths=${listed(dir)}`,
    // What is in /home could not be reached otherwise.
    `ProtectHome=${[dir, node, program, linkedProgram].some(isInHome) ? 'read-only' : 'yes'}`,
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'CapabilityBoundingSet=',
    'AmbientCapabilities=',
    'SystemCallArchitectures=native',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return { path: 'systemd/messox.service', mode: 0o644, content: `${lines.join('\n')}\n` };
};
