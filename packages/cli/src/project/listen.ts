import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { command } from '../output/command-line.ts';
import { portOwner } from './port-owner.ts';

/** Why the server could not listen, and what mends it. */
export interface ListenProblem {
  readonly setting: 'server.host' | 'server.port';
  readonly why: string;
  /** A value that would do. */
  readonly better: string;
  /** What is to be known about it. */
  readonly remark?: string;
}

/** The command that writes a value that would do into the settings. */
export const settingFix = ({ setting, better, remark }: ListenProblem): string =>
  `${command('config', 'set', setting, better)}${remark === undefined ? '' : ` (${remark})`}`;

/** Listens for a moment: the only test that is right about addresses, privileges and ports that are in use. */
const tryListen = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

/** Addresses of this machine that others may reach it by. */
export const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list = []) => list.map(({ address }) => address))
    .filter((address) => !address.startsWith('fe80:') && !isLoopback(address));

const freePort = async (host: string, above: number): Promise<number> => {
  for (let port = above + 1; port < above + 50 && port < 65_536; port += 1)
    if ((await tryListen(host, port)) === undefined) return port;
  return 0;
};

const inUse = async (host: string, port: number): Promise<ListenProblem> => {
  const owner = portOwner(port);
  const by = owner ? `${owner.command} (pid ${owner.pid})` : 'another program';
  const next = await freePort(host, port);
  return {
    setting: 'server.port',
    why: `port ${port} is in use by ${by}`,
    better: String(next),
  };
};

/** What keeps a server from listening there; undefined when nothing does. */
export const listenProblem = async (host: string, port: number): Promise<ListenProblem | undefined> => {
  const addressError = await tryListen(host, 0);
  if (addressError === 'EADDRNOTAVAIL' || addressError === 'ENOTFOUND' || addressError === 'EAI_AGAIN')
    return {
      setting: 'server.host',
      why: `${host} is no address of this machine`,
      better: '127.0.0.1',
      remark: `or another one of this machine: ${['0.0.0.0', ...ownAddresses()].join(', ')}`,
    };
  if (addressError !== undefined)
    return {
      setting: 'server.host',
      why: `cannot listen on ${host} (${addressError})`,
      better: '127.0.0.1',
    };
  const portError = port === 0 ? undefined : await tryListen(host, port);
  if (portError === 'EADDRINUSE') return inUse(host, port);
  if (portError === 'EACCES')
    return {
      setting: 'server.port',
      why: `port ${port} needs privileges that this user does not have`,
      better: '8080',
      remark: 'with a proxy in front of it',
    };
  return portError === undefined
    ? undefined
    : {
        setting: 'server.port',
        why: `cannot listen on port ${port} (${portError})`,
        better: '8080',
      };
};

/** Whether only this machine can reach the address. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
