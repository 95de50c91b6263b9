/** A service of compose.yaml, or a part of one. */
export type Service = Readonly<Record<string, unknown>>;

const seconds = (count: number): string => `${count}s`;

export interface ContainerOptions {
  readonly memoryMb: number;
  /** Processes and threads. */
  readonly pids: number;
  /** What a stop leaves for its end. */
  readonly graceSeconds: number;
  readonly replicas?: number;
}

/** What all containers have: no rights that they do not need, logs that do not fill the disk, and a memory of their own. */
export const container = ({ graceSeconds, memoryMb, pids, replicas }: ContainerOptions): Service => ({
  restart: 'unless-stopped',
  init: true,
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  stop_grace_period: seconds(graceSeconds),
  logging: { driver: 'local', options: { 'max-size': '10m', 'max-file': '5' } },
  deploy: {
    ...(replicas === undefined ? {} : { replicas }),
    resources: { limits: { memory: `${memoryMb}M`, pids } },
  },
});

/** Files and sockets that a container may have open, for those in which each connection is one. */
export const openFiles = 65_536;

export const manyFiles: Service = { ulimits: { nofile: { soft: openFiles, hard: openFiles } } };

export interface Check {
  readonly command: readonly string[];
  readonly everySeconds: number;
  /** While it starts, this long, a check that fails does not count. */
  readonly startSeconds: number;
}

export const healthcheck = ({ command, everySeconds, startSeconds }: Check): Service => ({
  healthcheck: {
    // Compose would put in values of its own.
    test: ['CMD', ...command.map((word) => word.replaceAll('$', '$$$$'))],
    interval: seconds(everySeconds),
    timeout: seconds(10),
    retries: 3,
    start_period: seconds(startSeconds),
  },
});

const connect = (port: number): string => `exec 3<>/dev/tcp/127.0.0.1/${port}`;

/** Whether somebody listens there. The shell that an image has anyway is asked: a check runs for as long as its container does. */
export const listensOn = (port: number): readonly string[] => ['bash', '-c', connect(port)];

/** Whether a page is there. The shell does it alone: of a check that takes too long Docker ends no other process. */
export const answersOk = (port: number, path: string): readonly string[] => [
  'bash',
  '-c',
  `${connect(port)} && printf 'GET ${path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 5 _ status _ <&3 && [[ $status == 200 ]]`,
];

/** A file or folder of the machine, which the container reads. */
export const readOnlyMount = (source: string, target: string): Service => ({
  type: 'bind',
  source: /^[./]/.test(source) ? source : `./${source}`,
  target,
  read_only: true,
  bind: { create_host_path: false },
});
