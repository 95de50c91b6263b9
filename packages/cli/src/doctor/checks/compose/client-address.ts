import { isIP } from 'node:net';
import { isLoopback, ownAddresses } from '../../../project/listen.ts';
import { isPrivate } from '../../../project/private-address.ts';
import type { Settings } from '../../../project/schema.ts';
import type { Arrival } from '../../arrival/index.ts';
import { type Finding, ok, warn } from '../../check.ts';
import { needsName } from './public-name.ts';
import { needsEngine, runningOf, stackCheck } from './stack-check.ts';

export interface SeenFacts {
  /** Where the name was asked, and the address that nginx took the client to have, which it hands on to the server. */
  readonly seen: readonly { readonly asked: string; readonly as: string }[];
  /** Of this machine. */
  readonly own: readonly string[];
  /** Of the networks of containers. */
  readonly gateways: readonly string[];
  readonly tls: Settings['deploy']['tls']['mode'];
}

const all = 'to the limits all people together are one address';

const gatewayFix = (asked: string, tls: SeenFacts['tls']): string => {
  if (tls === 'proxy') return 'Let your proxy set it. nginx: proxy_set_header X-Forwarded-For $remote_addr;';
  return isIP(asked) === 6
    ? 'Docker hands IPv6 on through a process of its own. Remove the AAAA record, or give the networks of Docker IPv6 addresses: https://docs.docker.com/engine/daemon/ipv6/'
    : 'Docker hands connections on through a process of its own. In /etc/docker/daemon.json: "userland-proxy": false, and "iptables" not false; without root: https://docs.docker.com/engine/security/rootless/tips/';
};

/** The client that asked is this machine. */
export const judgeSeen = ({ gateways, own, seen, tls }: SeenFacts): Finding => {
  const [behind] = seen.filter(({ as }) => gateways.includes(as));
  if (behind)
    return warn(
      `who asks at ${behind.asked} is ${behind.as} to the server, which is Docker itself: ${all}`,
      gatewayFix(behind.asked, tls),
    );
  const isOwn = ({ as, asked }: SeenFacts['seen'][number]): boolean =>
    own.includes(as) || as === asked || isLoopback(as) || isPrivate(as);
  const [foreign] = seen.filter((it) => !isOwn(it));
  if (foreign)
    return warn(
      `this machine, asking at ${foreign.asked}, is ${foreign.as} to the server: a CDN or a proxy is in between, and ${all}`,
      'Let the name lead to this machine itself. Where the proxy is yours: `messox config set deploy.tls.mode proxy`',
    );
  return ok(`the server sees this machine as ${seen.map(({ as }) => as).join(' and ')}`);
};

/** By loopback, Docker hands everything on through its own process, and nobody else comes that way. */
const seenIn = (arrivals: readonly Arrival[]): SeenFacts['seen'] =>
  arrivals.flatMap((arrival) =>
    arrival.kind === 'here' && arrival.seen !== undefined && !isLoopback(arrival.asked)
      ? [{ asked: arrival.asked, as: arrival.seen }]
      : [],
  );

export const clientAddress = stackCheck({
  id: 'client-address',
  title: 'Client address',
  group: 'network',
  when: ['doctor'],
  outside: true,
  skip: async (facts, context) =>
    needsName(facts, context) ??
    (await needsEngine(facts)) ??
    (seenIn(await facts.arrivals()).length > 0
      ? undefined
      : 'no request arrived through nginx from outside of loopback'),
  run: async ({ arrivals, containers, stack: { settings } }) =>
    judgeSeen({
      seen: seenIn(await arrivals()),
      own: ownAddresses(),
      gateways: runningOf(await containers(), ['nginx']).flatMap(({ gateways }) => gateways),
      tls: settings.deploy.tls.mode,
    }),
});
