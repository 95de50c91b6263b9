import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@messox/server/testing';
import { type NginxOptions, type RunningNginx, startNginx, testCertificate, testNginxes } from 'messox/testing';
import { makeSurroundings } from '../processes/environment.ts';
import { type ServerProcess, startServerProcess } from '../processes/messox-server.ts';

export interface Edge {
  /** The address of plain HTTP. */
  readonly url: string;
  readonly ports: NginxOptions['ports'];
  readonly nginx: RunningNginx;
  stop(): Promise<void>;
}

export interface Replicas {
  readonly apis: readonly ServerProcess[];
  readonly gateways: readonly ServerProcess[];
  stop(): Promise<void>;
}

export const domain = 'chat.example.org';
/** Of pages that may read what the server answers. */
export const pagesOrigin = 'https://app.example.net';
const heartbeatMs = 1_000;
/** Failed ones, of each process. */
export const loginsPerAddress = 5;

/** Two processes for REST and three for sockets, on a database and a broker of their own. */
export const startReplicas = async (): Promise<Replicas> => {
  const surroundings = await makeSurroundings();
  const settings = {
    ...surroundings.environment,
    MESSOX_SERVER__TRUSTED_PROXIES: '1',
    MESSOX_SERVER__ALLOWED_ORIGINS: `[${pagesOrigin}]`,
    MESSOX_LIMITS__HEARTBEAT_MS: String(heartbeatMs),
    MESSOX_LIMITS__LOGINS_PER_ADDRESS: String(loginsPerAddress),
    MESSOX_LOG__LEVEL: 'debug',
  };
  const start = (role: string): Promise<ServerProcess> => startServerProcess(role, settings);
  const [apis, gateways] = await Promise.all([
    Promise.all(['api', 'api'].map(start)),
    Promise.all(['gateway', 'gateway', 'gateway'].map(start)),
  ]);
  return {
    apis,
    gateways,
    stop: async () => {
      await Promise.all([...apis, ...gateways].map((it) => it.stop()));
      await surroundings.drop();
    },
  };
};

/** Limits that no test reaches that does not mean to. */
export const wide: NginxOptions['limits'] = {
  authPerMinute: 6_000,
  restPerSecond: 1_000,
  socketOpensPerSecond: 1_000,
  socketsPerAddress: 1_000,
};

const address = ({ url }: ServerProcess): string => new URL(url).host;

/** nginx as it is rendered, in front of these processes. By default it takes plain HTTP, for this machine. */
export const startEdge = async (
  { apis, gateways }: Pick<Replicas, 'apis' | 'gateways'>,
  more: Partial<NginxOptions> = {},
): Promise<Edge> => {
  // A newer one, where one is given.
  const program = testNginxes().at(-1);
  if (!program) throw new Error('There is no nginx here');
  const [http, https, live] = [await freePort(), await freePort(), await freePort()];
  const ports = { http, https, live };
  const nginx = await startNginx(program, {
    layout: 'whole',
    domain,
    tls: { mode: 'off' },
    upstreams: { kind: 'static', api: apis.map(address), gateway: gateways.map(address) },
    ports,
    addresses: ['127.0.0.1'],
    features: program.features,
    heartbeatMs,
    bodyBytes: 131_072,
    limits: wide,
    allowedOrigins: [pagesOrigin],
    ...more,
  });
  return { url: `http://127.0.0.1:${http}`, ports, nginx, stop: () => nginx.stop() };
};

/** A certificate for `domain` in a folder of its own. */
export const makeCertificate = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'messox-edge-'));
  const paths = await testCertificate(domain, folder);
  return { ...paths, remove: () => rm(folder, { recursive: true }) };
};
