import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Container } from '../../docker/containers.ts';
import type { RunningStack } from '../../docker/stack.ts';
import { bindAddress } from '../../stack/bind-address.ts';
import { hasTls } from '../../stack/tls.ts';
import { isLocalName, type NameAddresses } from '../dns.ts';
import { type Answer, askAt } from './ask.ts';
import { addressInLog } from './nginx-log.ts';
import { serveToken } from './token-server.ts';

/** What became of a request to the public name. */
export type Arrival =
  /** It arrived here. `seen` is the address that nginx takes the client to be at, and tells the server; undefined while nginx does not run. */
  | { readonly kind: 'here'; readonly asked: string; readonly url: string; readonly seen: string | undefined }
  /** Something else answered. */
  | { readonly kind: 'elsewhere'; readonly asked: string; readonly url: string; readonly answer: Answer }
  /** Nothing did. */
  | { readonly kind: 'nowhere'; readonly asked: string; readonly url: string; readonly code: string }
  /** It could not be tried. */
  | { readonly kind: 'untried'; readonly why: string };

/** One of each family, as the world is told; a name of one's own network is known to this machine only. */
const addressesOf = async (domain: string, name: () => Promise<NameAddresses>): Promise<string[]> => {
  if (isIP(domain) !== 0) return [domain];
  if (!isLocalName(domain)) {
    const { ipv4, ipv6 } = await name();
    return [...ipv4.slice(0, 1), ...ipv6.slice(0, 1)];
  }
  const all = (await lookup(domain, { all: true })).map(({ address }) => address);
  return [4, 6].flatMap((family) => all.filter((address) => isIP(address) === family).slice(0, 1));
};

type Judge = (answer: Answer) => Promise<{ readonly seen: string | undefined } | undefined>;

const tryOne = async (url: URL, asked: string, arrived: Judge): Promise<Arrival> => {
  const common = { asked, url: url.origin };
  let answer: Answer;
  try {
    answer = await askAt(url, asked);
  } catch (error) {
    return { ...common, kind: 'nowhere', code: (error as NodeJS.ErrnoException).code ?? (error as Error).message };
  }
  const here = await arrived(answer);
  return here ? { ...common, kind: 'here', ...here } : { ...common, kind: 'elsewhere', answer };
};

const newToken = (): string => `messox-${randomBytes(12).toString('hex')}`;
const pathOf = (token: string): string => `/.well-known/${token}`;

/** nginx runs: the path of a request that arrived is in its log. */
const throughNginx = async ({ compose, url }: RunningStack, addresses: readonly string[]): Promise<Arrival[]> => {
  const arrivals: Arrival[] = [];
  for (const address of addresses) {
    const token = newToken();
    const arrived: Judge = async () => {
      const seen = await addressInLog(compose, token);
      return seen === undefined ? undefined : { seen };
    };
    arrivals.push(await tryOne(new URL(pathOf(token), url), address, arrived));
  }
  return arrivals;
};

/** Nothing runs: for a moment this process answers on the port of HTTP. */
const throughToken = async (
  { settings: { deploy } }: RunningStack,
  addresses: readonly string[],
): Promise<Arrival[]> => {
  const { domain = 'localhost', ports, tls } = deploy;
  const token = newToken();
  let server;
  try {
    server = await serveToken(token, bindAddress(deploy), ports.http);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = code === 'EACCES' ? 'this user may not listen on it' : `it cannot be listened on (${code})`;
    return [{ kind: 'untried', why: `port ${ports.http}: ${why}` }];
  }
  try {
    // Let's Encrypt knows no other port (RFC 8555, 8.3).
    const port = tls.mode === 'acme' || ports.http === 80 ? '' : `:${ports.http}`;
    const url = new URL(pathOf(token), `http://${domain}${port}`);
    const arrived: Judge = ({ body }) => Promise.resolve(body === token ? { seen: undefined } : undefined);
    const arrivals: Arrival[] = [];
    for (const address of addresses) arrivals.push(await tryOne(url, address, arrived));
    return arrivals;
  } finally {
    await server.close();
  }
};

/** Asks for the public name, once by IPv4 and once by IPv6 where it has both, and looks whether that arrives here. */
export const tryArrivals = async (
  stack: RunningStack,
  containers: readonly Pick<Container, 'service' | 'state'>[],
  name: () => Promise<NameAddresses>,
): Promise<Arrival[]> => {
  const { deploy } = stack.settings;
  const runs = containers.some(({ service, state }) => service === 'nginx' && state === 'running');
  if (!runs && !hasTls(deploy)) return [{ kind: 'untried', why: 'the server does not run' }];
  let addresses: string[];
  try {
    addresses = await addressesOf(deploy.domain ?? 'localhost', name);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return [{ kind: 'untried', why: `the name cannot be looked up (${code})` }];
  }
  if (addresses.length === 0) return [{ kind: 'untried', why: 'the name has no address' }];
  return runs ? throughNginx(stack, addresses) : throughToken(stack, addresses);
};
