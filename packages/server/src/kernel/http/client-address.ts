import type { IncomingMessage } from 'node:http';
import { isIP, SocketAddress } from 'node:net';

const firstHextets = (address: string): string => {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill('0'), ...right]
    .slice(0, 4)
    .map((hextet) => parseInt(hextet, 16).toString(16))
    .join(':');
};

/** What rate limits go by: an IPv4 address, or the /64 of an IPv6 one, which one subscriber has to themselves. */
export const networkOf = (address: string): string => {
  if (isIP(address) !== 6) return address;
  // One spelling for each address.
  const canonical = new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' }).address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(canonical)?.[1];
  return mapped ?? `${firstHextets(canonical)}::/64`;
};

/**
 * The address of the client: the socket's, or with `trustedProxies` proxies in front the entry that the outermost of
 * them wrote into X-Forwarded-For. What the client itself put into that header is never read.
 */
export const clientAddress = (request: IncomingMessage, trustedProxies: number): string => {
  const direct = request.socket.remoteAddress ?? 'unknown';
  if (trustedProxies === 0) return direct;
  const header = request.headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((hop) => hop.trim());
  const hop = hops.at(-trustedProxies);
  return hop !== undefined && isIP(hop) ? hop : direct;
};
