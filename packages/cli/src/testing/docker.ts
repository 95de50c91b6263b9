import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { emptyFolder } from './messox.ts';

export interface FakeDocker {
  readonly engine?: string;
  /** What `docker info` says besides. */
  readonly info?: object;
  /** What `docker compose config` says. */
  readonly described?: object;
  /** Services of which a container runs, in the compose project of this name. */
  readonly running?: { readonly project: string; readonly services: readonly string[] };
  /** The Unix socket of the PostgreSQL that is the database beside those containers. */
  readonly postgres?: string;
}

const inspected = (project: string, service: string): object => ({
  Id: `${project}-${service}`,
  Name: `/${project}-${service}-1`,
  Image: 'sha256:0',
  RestartCount: 0,
  State: { Status: 'running', OOMKilled: false, ExitCode: 0, StartedAt: new Date().toISOString() },
  Config: {
    Hostname: service,
    Image: `${project}-server:0.0.0`,
    Labels: {
      'com.docker.compose.project': project,
      'com.docker.compose.service': service,
      'com.docker.compose.container-number': '1',
    },
  },
  NetworkSettings: { Networks: {}, Ports: {} },
});

/** What a container is asked for is the way to its database. */
const relay = (socket: string): string =>
  `const s = require("node:net").connect(${JSON.stringify(socket)}); process.stdin.pipe(s).pipe(process.stdout);`;

/**
 * A PATH with a `docker` that answers as an engine of which only this is known, for tests of what is made of its answers. Where nothing
 * else is said, nothing runs on it.
 */
export const fakeDocker = async ({
  described = { services: {} },
  engine = '28.5.2',
  info = {},
  postgres = '',
  running = { project: '', services: [] },
}: FakeDocker = {}): Promise<string> => {
  const folder = await emptyFolder('docker');
  const containers = running.services.map((service) => inspected(running.project, service));
  const told = (value: unknown): string => `echo '${JSON.stringify(value)}'`;
  const cases: readonly (readonly [words: string, does: string])[] = [
    ['"version --format json"', told({ Server: { Version: engine } })],
    ['"compose version --format json"', told({ version: '2.40.3' })],
    ['"info --format json"', told({ DockerRootDir: folder, MemTotal: 8 * 1024 ** 3, ...info })],
    ['*" config --format json"', told(described)],
    ['"ps --quiet "*', running.services.map((service) => `echo '${running.project}-${service}'`).join('; ') || ':'],
    ['"inspect --type container "*', told(containers)],
    ['"exec --interactive "*', `exec '${process.execPath}' -e '${relay(postgres)}'`],
  ];
  const path = join(folder, 'docker');
  const lines = cases.map(([words, does]) => `  ${words}) ${does} ;;`);
  await writeFile(path, `#!/bin/sh\ncase "$*" in\n${lines.join('\n')}\n  *) exit 0 ;;\nesac\n`);
  await chmod(path, 0o755);
  return `${folder}${delimiter}${process.env.PATH ?? ''}`;
};
