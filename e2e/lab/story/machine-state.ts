import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { docker } from './docker.ts';

const linesOf = (text: string): string[] => text.split('\n').filter(Boolean);

/** All that Docker keeps, by name. */
const inDocker = async (): Promise<string[]> => {
  const lists = await Promise.all([
    docker('ps', '--all', '--format', 'container {{.Names}}'),
    docker('volume', 'ls', '--format', 'volume {{.Name}}'),
    docker('network', 'ls', '--format', 'network {{.Name}}'),
    docker('images', '--format', 'image {{.Repository}}:{{.Tag}}'),
  ]);
  return lists.flatMap(linesOf);
};

/** Without what was started to look at them. */
const processes = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        return [];
      }
    })
    .filter((line) => line !== '')
    .map((line) => `process ${line}`);

const listening = '0A';

const ports = (): string[] =>
  ['tcp', 'tcp6'].flatMap((kind) =>
    linesOf(readFileSync(`/proc/self/net/${kind}`, 'utf8')).flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return state === listening ? [`port ${Number.parseInt(local.split(':')[1] ?? '', 16)} of ${kind}`] : [];
    }),
  );

const mounts = (): string[] =>
  linesOf(readFileSync('/proc/self/mounts', 'utf8')).map((line) => `mount ${line.split(' ')[1] ?? ''}`);

const devices = async (): Promise<string[]> => {
  const { stdout } = await execa('ip', ['-json', 'link', 'show']);
  return (JSON.parse(stdout) as { ifname: string }[]).map(({ ifname }) => `network device ${ifname}`);
};

/** Where an installation leaves something of itself. */
const folders = (): string[] => ['/etc/systemd/system', '/etc/nginx', '/etc/cron.d', '/usr/local/bin', tmpdir()];

const files = (): string[] =>
  folders().flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: true }).map((path) => `file ${folder}/${String(path)}`);
    } catch {
      return [];
    }
  });

/** What the story must leave as it was: all that Docker keeps, processes, open ports, mounts, devices of the network, and files. */
export const machineState = async (): Promise<string[]> => {
  const found = [...(await inDocker()), ...(await devices())];
  return [...found, ...processes(), ...ports(), ...mounts(), ...files()].sort();
};

/** How long what was ended may take to be gone, in ms. */
const patienceMs = 15_000;

/** What there is now and was not before, with a +, and what is gone, with a -. */
export const changesSince = async (before: readonly string[]): Promise<string[]> => {
  const until = Date.now() + patienceMs;
  for (;;) {
    const now = await machineState();
    const changes = [
      ...now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
      ...before.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ];
    if (changes.length === 0 || Date.now() > until) return changes;
    await delay(500);
  }
};
