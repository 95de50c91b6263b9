import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { testFolder } from '../embedded-postgres/testing.ts';
import { freePort } from './free-port.ts';
import { findRabbitmq, type RabbitmqPrograms } from './rabbitmq-programs.ts';
import { rabbitmqctl, startRabbitmqctl } from './rabbitmqctl.ts';

/** What a test connects to, and what `startTestRabbitmq` and `testVhost` have in common; it can be sent to another process. */
export interface RabbitmqAddress {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** For `rabbitmqctl()`. */
  readonly ctl: { readonly node: string; readonly socket: string };
}

/** A RabbitMQ of its own, for a test that stops, starves or kills it; for all others `testVhost()` is quicker. */
export interface TestRabbitmq {
  readonly address: RabbitmqAddress;
  /** Of the default vhost. */
  readonly url: string;
  /** The process of the broker, for SIGSTOP and SIGCONT. */
  pid(): number;
  /** Runs `rabbitmqctl` with these words, such as `stop_app` or `set_disk_free_limit`, and resolves with what it said. */
  ctl(...args: string[]): Promise<string>;
  /** Ends the broker at once, as a power cut; its folder and ports stay. */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Runs epmd and the broker for as long as its standard input stays open. Node holds the other end, so that both end with
 * Node however that ends. The first line of the output is the broker's pid. There is nothing worth a slow stop.
 */
const guard = `
exec 3<&0
"$1" -port "$ERL_EPMD_PORT" 3<&- >/dev/null 2>&1 &
epmd=$!
until "$1" -names >/dev/null 2>&1 || ! kill -s 0 "$epmd"; do sleep 0.02; done
"$2" 3<&- >"$3" 2>&1 &
broker=$!
(cat <&3 >/dev/null; kill -s KILL "$broker") >/dev/null 2>&1 &
reader=$!
exec 3<&-
echo "$broker"
wait "$broker"
kill -s KILL "$epmd" "$reader" 2>/dev/null
`;

const startMs = 60_000;

/** Small, alone on the loopback address, and never out of memory or disk unless a test says so. */
const configuration = (user: string, password: string): string => `
default_user = ${user}
default_pass = ${password}
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 1MB
`;

/** @throws Error with the log's end when it does not come up */
export async function startTestRabbitmq(): Promise<TestRabbitmq> {
  const programs = findRabbitmq();
  if (typeof programs === 'string') throw new Error(programs);
  const folder = await testFolder();
  // It holds the password and the cookie.
  await chmod(folder, 0o700);
  const [user, password] = ['messox', randomBytes(16).toString('hex')];
  const [port, distributionPort, epmdPort] = [await freePort(), await freePort(), await freePort()];
  const node = `messox-${port}@localhost`;
  const environment = await prepare(folder, { node, port, distributionPort, epmdPort });
  await writeFile(join(folder, 'rabbitmq.conf'), configuration(user, password));
  const log = join(folder, 'broker.log');
  let running = await launch(programs, environment, log, port);
  const kill = async (): Promise<void> => {
    if (running.guard.exitCode !== null) return;
    const ended = once(running.guard, 'exit');
    running.guard.stdin?.end();
    await ended;
  };
  const ctl = await startRabbitmqctl(programs.ctl, folder, environment).catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  const address = { port, user, password, ctl: { node, socket: ctl.socket } };
  // It listens a moment before it is all there.
  const started = (): Promise<string> => rabbitmqctl(address.ctl, ['await_startup']);
  await started();
  return {
    address,
    url: amqpUrl(address, '/'),
    pid: () => running.pid,
    ctl: (...args) => rabbitmqctl(address.ctl, args),
    kill,
    start: async () => {
      running = await launch(programs, environment, log, port);
      await started();
    },
    stop: async () => {
      await Promise.all([kill(), ctl.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const amqpUrl = ({ password, port, user }: RabbitmqAddress, vhost: string): string =>
  `amqp://${user}:${password}@127.0.0.1:${port}/${encodeURIComponent(vhost)}`;

interface Ports {
  node: string;
  port: number;
  distributionPort: number;
  epmdPort: number;
}

/** Writes what the broker finds in its folder, and resolves with the environment that makes it look nowhere else. */
async function prepare(folder: string, ports: Ports): Promise<Record<string, string>> {
  const within = (name: string): string => join(folder, name);
  await mkdir(within('log'));
  await writeFile(within('.erlang.cookie'), randomBytes(16).toString('hex'), { mode: 0o400 });
  await writeFile(within('plugins'), '[].');
  return {
    HOME: folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(ports.epmdPort),
    // Else each Erlang that misses an epmd, as one that is called while the broker is killed, starts one that stays.
    ERL_FLAGS: '-start_epmd false',
    RABBITMQ_NODENAME: ports.node,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.port),
    RABBITMQ_DIST_PORT: String(ports.distributionPort),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: within('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: within('advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: within('plugins'),
    RABBITMQ_MNESIA_BASE: within('data'),
    RABBITMQ_LOG_BASE: within('log'),
    RABBITMQ_LOGS: '-',
    // No more threads than a test needs, whatever the machine has.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 -kernel inet_dist_use_interface {127,0,0,1}',
    // Its script becomes the broker instead of waiting for it.
    detached: 'true',
  };
}

async function launch(
  programs: RabbitmqPrograms,
  environment: Record<string, string>,
  log: string,
  port: number,
): Promise<{ guard: ChildProcess; pid: number }> {
  const child = spawn('/bin/sh', ['-c', guard, 'messox-rabbitmq-guard', programs.epmd, programs.server, log], {
    cwd: '/',
    // A Ctrl-C in the terminal is for the tests, which end it in their turn.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...environment },
  });
  child.stdin.on('error', () => undefined);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const patience = performance.now() + startMs;
  while (!(await answers(port))) {
    if (child.exitCode === null && performance.now() < patience) {
      await delay(50);
      continue;
    }
    child.stdin.end();
    throw new Error(`RabbitMQ did not start:\n${(await readFile(log, 'utf8')).slice(-4_000)}`);
  }
  return { guard: child, pid: Number(line.toString()) };
}

/** Whether it listens. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', settle(true));
    socket.once('error', settle(false));
  });
