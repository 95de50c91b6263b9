import { CliError } from '../errors/cli-error.ts';
import { portOwner, stopCommand } from '../project/port-owner.ts';
import { openFiles } from '../stack/compose/container.ts';
import { engineProcesses, openFilesFixes, widestOf } from './open-files.ts';

export interface Failure {
  readonly words: readonly string[];
  /** What was tried. */
  readonly doing: string;
  readonly stderr: string;
  readonly stdout: string;
  readonly isCanceled?: boolean;
  /** Of the system, where the program could not even be started. */
  readonly code?: string;
}

/** Of what a failed call said, so many lines are shown. */
const shownLines = 15;

const lastLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-shownLines)
    .join('\n');

const portError = (said: string, doing: string): CliError => {
  const port = Number(/(?:\d+\.\d+\.\d+\.\d+|\]|\*|::):(\d+)/.exec(said)?.[1] ?? 0);
  const owner = port === 0 ? undefined : portOwner(port);
  const who = owner
    ? `${owner.command} (pid ${owner.pid}) listens on it.`
    : 'Another program, or another container, listens on it.';
  return new CliError('port_in_use', port === 0 ? 'A port is in use already' : `Port ${port} is in use already`, {
    detail: `Could not ${doing}. ${who}`,
    fixes: [
      owner ? `${stopCommand(owner)} (stops it)` : 'ss -ltnp (names it)',
      '`messox config set deploy.tls.mode proxy` (leaves the port to a proxy of yours)',
      '`messox config set deploy.ports.https 8443` (takes another port)',
    ],
  });
};

interface Known {
  readonly pattern: RegExp;
  readonly make: (said: string, doing: string) => CliError;
}

const known: readonly Known[] = [
  {
    pattern: /permission denied while trying to connect|dial unix \S+: connect: permission denied/i,
    make: (_, doing) =>
      new CliError('docker_no_permission', 'This user may not use Docker', {
        detail: `Could not ${doing}: the socket of the engine is not for this user.`,
        fixes: [
          'Run the command as root: sudo -E …',
          'sudo usermod -aG docker "$USER", and log in again (whoever is in that group can become root)',
        ],
      }),
  },
  {
    pattern:
      /cannot connect to the docker daemon|is the docker daemon running|error during connect|failed to connect to the docker API/i,
    make: (_, doing) =>
      new CliError('docker_not_running', 'The Docker engine does not run', {
        detail: `Could not ${doing}: nothing answers on the socket of the engine.`,
        fixes: ['sudo systemctl enable --now docker', 'docker info (says more of it)'],
      }),
  },
  {
    pattern: /'compose' is not a docker command|unknown shorthand flag: 'p' in -p|unknown command: docker compose/i,
    make: (_, doing) => composeMissing(doing),
  },
  { pattern: /port is already allocated|address already in use|failed to bind host port/i, make: portError },
  {
    // What runc and crun say of RLIMIT_NOFILE.
    pattern: /setting rlimit type 7\b|setrlimit `?RLIMIT_NOFILE/i,
    make: (said, doing) =>
      new CliError('open_files_limited', 'The Docker engine may not open as many files as a container is to', {
        detail: `Could not ${doing}: nginx, gateway and RabbitMQ may have ${openFiles} open, and the engine has a lower hard limit.\n${lastLines(said)}`,
        fixes: openFilesFixes(widestOf(engineProcesses())),
      }),
  },
  {
    pattern: /no space left on device/i,
    make: (said, doing) =>
      new CliError('disk_full', 'The disk of Docker is full', {
        detail: `Could not ${doing}.\n${lastLines(said)}`,
        fixes: ['docker system df (what takes the room)', 'docker image prune (removes images that nothing uses)'],
      }),
  },
  {
    pattern:
      /manifest unknown|pull access denied|repository does not exist|no such image|failed to resolve source metadata|not found: manifest/i,
    make: (said, doing) =>
      new CliError('image_missing', 'An image cannot be had', {
        detail: `Could not ${doing}.\n${lastLines(said)}`,
        fixes: ['`messox config show` (deploy.images names the images)', 'docker pull <image> (says more of it)'],
      }),
  },
  {
    pattern:
      /TLS handshake timeout|no such host|i\/o timeout|temporary failure in name resolution|network is unreachable/i,
    make: (said, doing) =>
      new CliError('registry_unreachable', 'What Docker needs cannot be fetched', {
        detail: `Could not ${doing}.\n${lastLines(said)}`,
        fixes: ['Look whether this machine reaches the internet, and run the command again.'],
      }),
  },
];

export const composeMissing = (doing: string): CliError =>
  new CliError('compose_missing', 'There is no Docker Compose 2 here', {
    detail: `Could not ${doing}: \`docker compose\` of version 2.20.2 or newer is needed. docker-compose with a hyphen is the old one, and does not do.`,
    fixes: [
      'sudo apt-get install docker-compose-plugin (with the packages of docker.com)',
      'https://docs.docker.com/compose/install/linux/',
    ],
  });

/** What a failed call of `docker` means, and what mends it. */
export const dockerFailure = ({ code, doing, isCanceled = false, stderr, stdout, words }: Failure): CliError => {
  if (isCanceled) return new CliError('interrupted', 'Interrupted');
  if (code === 'ENOENT')
    return new CliError('docker_missing', 'There is no Docker on this machine', {
      detail: `Could not ${doing}: no program named docker is found.`,
      fixes: ['https://docs.docker.com/engine/install/', '`messox config set mode embedded` (needs no Docker)'],
    });
  const said = `${stderr}\n${stdout}`;
  const match = known.find(({ pattern }) => pattern.test(stderr)) ?? known.find(({ pattern }) => pattern.test(said));
  if (match) return match.make(stderr === '' ? stdout : stderr, doing);
  return new CliError('docker_failed', `Could not ${doing}`, {
    detail: lastLines(stderr.trim() === '' ? stdout : stderr),
    fixes: [`docker ${words.join(' ')} (shows all of it)`],
  });
};
