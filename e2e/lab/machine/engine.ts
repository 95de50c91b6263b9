import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { say } from '../say.ts';
import { engineFolder } from './release.ts';

/** A Docker engine of the lab's own. */
export interface Engine {
  /** With which `docker` and `docker compose` find it, and themselves. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `docker` and answers with what it printed. */
  docker(...words: string[]): Promise<string>;
  stop(): Promise<void>;
}

const paths = (folder: string) => ({
  data: join(folder, 'data'),
  exec: join(folder, 'exec'),
  pid: join(folder, 'dockerd.pid'),
  socket: join(folder, 'docker.sock'),
  log: join(folder, 'dockerd.log'),
  config: join(folder, 'config'),
});

/** In place of docker0, which belongs to the machine's own engine. */
const bridge = 'mxlab0';

const removeBridge = () => execa('ip', ['link', 'delete', bridge], { reject: false });

/** For the containers that build images. */
const makeBridge = async (): Promise<void> => {
  await removeBridge();
  await execa('ip', ['link', 'add', 'name', bridge, 'type', 'bridge']);
  await execa('ip', ['address', 'add', '172.31.249.1/24', 'dev', bridge]);
  await execa('ip', ['link', 'set', bridge, 'up']);
};

/** `docker` finds its plugins in the folder of its configuration. */
const makeConfig = async (config: string): Promise<void> => {
  await mkdir(config, { recursive: true });
  await symlink(join(engineFolder, 'usr/libexec/docker/cli-plugins'), join(config, 'cli-plugins'));
};

const isUp = async (env: Readonly<Record<string, string>>): Promise<boolean> => {
  const { exitCode } = await execa('docker', ['version', '--format', '{{.Server.Version}}'], { env, reject: false });
  return exitCode === 0;
};

const waitUntilUp = async (child: ChildProcess, env: Engine['env'], log: string): Promise<void> => {
  while (!(await isUp(env))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`dockerd ended:\n${(await readFile(log, 'utf8')).split('\n').slice(-20).join('\n')}`);
    await delay(200);
  }
};

/** Starts an engine whose every file is in `folder`; it touches neither the machine's own engine nor its default bridge. */
export const startEngine = async (folder: string): Promise<Engine> => {
  say('starting the engine');
  const { config, data, exec, log, pid, socket } = paths(folder);
  await makeConfig(config);
  await makeBridge();
  const path = [
    join(engineFolder, 'usr/bin'),
    join(engineFolder, 'usr/sbin'),
    '/usr/sbin',
    '/usr/bin',
    process.env.PATH,
  ];
  const env = { PATH: path.join(':'), DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: config };
  const output = openSync(log, 'a');
  const words = [
    '--data-root',
    data,
    '--exec-root',
    exec,
    '--pidfile',
    pid,
    '--host',
    `unix://${socket}`,
    '--bridge',
    bridge,
  ];
  const init = ['--init-path', '/usr/bin/tini-static'];
  const child = spawn(join(engineFolder, 'usr/sbin/dockerd'), [...words, ...init], {
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
    // Ctrl-C in the terminal is for the lab, which stops the engine when it has tidied up.
    detached: true,
  });
  const ended = once(child, 'exit');
  await waitUntilUp(child, env, log);
  return {
    env,
    docker: async (...words) => (await execa('docker', words, { env, stdin: 'ignore' })).stdout,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
      await removeBridge();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
