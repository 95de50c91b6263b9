import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { say } from '../say.ts';
import { cgroupOf } from './cgroups.ts';
import { loseAllButFiles } from './power-cut.ts';
import { engineFolder } from './release.ts';

/** A Docker engine of the lab's own. */
export interface Engine {
  /** With which `docker` and `docker compose` find it, and themselves. */
  readonly env: Readonly<Record<string, string>>;
  /** Of its API. */
  readonly socket: string;
  /** What it said. */
  readonly log: string;
  /** Runs `docker` and answers with what it printed. */
  docker(...words: string[]): Promise<string>;
  /** What a machine goes through that loses power and starts again: of all that ran nothing is left but files. */
  cutPower(): Promise<void>;
}

const pathsIn = (folder: string) => ({
  data: join(folder, 'data'),
  exec: join(folder, 'exec'),
  pid: join(folder, 'dockerd.pid'),
  socket: join(folder, 'docker.sock'),
  log: join(folder, 'dockerd.log'),
  config: join(folder, 'config'),
});

/** `docker` finds its plugins in the folder of its configuration. */
const makeConfig = async (config: string): Promise<void> => {
  await mkdir(config, { recursive: true });
  await symlink(join(engineFolder, 'usr/libexec/docker/cli-plugins'), join(config, 'cli-plugins'));
};

/** Of the machine's own engine, which would be taken for this one's. */
const otherContainerd = '/run/containerd';

const hideOther = async (): Promise<void> => {
  if (existsSync(otherContainerd)) await execa('mount', ['-t', 'tmpfs', 'tmpfs', otherContainerd]);
};

const isUp = async (env: Engine['env']): Promise<boolean> => {
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

/** Starts an engine whose every file is in `folder`, where nothing of it reaches the machine: in `runApart`. */
export const startEngine = async (folder: string, cgroupFolder: string): Promise<Engine> => {
  say('starting the engine');
  const { config, data, exec, log, pid, socket } = pathsIn(folder);
  await makeConfig(config);
  await hideOther();
  const path = [join(engineFolder, 'usr/bin'), join(engineFolder, 'usr/sbin'), '/usr/sbin', '/usr/bin'];
  const env = {
    PATH: [...path, process.env.PATH].join(':'),
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_CONFIG: config,
  };
  const places = ['--data-root', data, '--exec-root', exec, '--pidfile', pid, '--host', `unix://${socket}`];
  // systemd, where there is one, is not asked for groups of processes: it does not know these.
  const groups = ['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${cgroupOf(cgroupFolder)}`];
  const start = async (): Promise<ChildProcess> => {
    const output = openSync(log, 'a');
    const child = spawn('dockerd', [...places, ...groups, '--init-path', '/usr/bin/tini-static'], {
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
    });
    await waitUntilUp(child, env, log);
    return child;
  };
  let child = await start();
  return {
    env,
    socket,
    log,
    docker: async (...words) => (await execa('docker', words, { env, stdin: 'ignore' })).stdout,
    cutPower: async () => {
      const ended = once(child, 'exit');
      await loseAllButFiles(folder);
      await ended;
      await Promise.all([exec, pid, socket].map((it) => rm(it, { recursive: true, force: true })));
      child = await start();
    },
  };
};
