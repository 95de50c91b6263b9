import { isIP } from 'node:net';
import { ownAddresses } from '../../../project/listen.ts';
import { isPrivate } from '../../../project/private-address.ts';
import { bindAddress } from '../../../stack/bind-address.ts';
import type { Arrival } from '../../arrival/index.ts';
import { beforeStart, fail, type Finding, ok, warn } from '../../check.ts';
import type { NameAddresses } from '../../dns.ts';
import type { StackFacts } from '../../stack-facts.ts';
import { needsPublicName, softened } from './public-name.ts';
import { stackCheck } from './stack-check.ts';

export interface NameFacts {
  readonly domain: string;
  /** What the name servers say. */
  readonly told: NameAddresses;
  /** Of this machine, without loopback. */
  readonly own: readonly string[];
  /** Those of the name at which a request arrived here, whatever is in between. */
  readonly arrived: readonly string[];
}

const list = (addresses: readonly string[]): string => addresses.join(', ');

/** One family of addresses against those of the machine. */
const judgeFamily = (family: 4 | 6, addresses: readonly string[], { arrived, domain, own }: NameFacts): Finding => {
  const type = family === 4 ? 'A' : 'AAAA';
  const facts = `${domain} is ${list(addresses)}`;
  const strange = addresses.filter((address) => !own.includes(address) && !arrived.includes(address));
  if (strange.length === 0)
    return ok(addresses.some((it) => own.includes(it)) ? facts : `${facts}, which arrives here`);
  const open = own.filter((address) => isIP(address) === family && !isPrivate(address));
  if (open.length > 0)
    return warn(
      `${domain} leads to ${list(strange)}, and this machine is ${list(open)}: whoever asks there does not get here`,
      `Let the ${type} record of ${domain} be ${open[0] ?? ''}. Where a proxy or CDN is in front on purpose, nothing is wrong.`,
    );
  if (family === 6)
    return warn(
      `${domain} leads to ${list(strange)}, and this machine has no IPv6 address: many people are sent there first`,
      `Remove the AAAA record of ${domain}, or give this machine that address.`,
    );
  return warn(
    `${domain} leads to ${list(strange)}, and this machine has private addresses only: it is behind a router or NAT`,
    `Look in the router, or in the panel of your provider, whether ${strange[0] ?? ''} hands its ports on to ${own.find((it) => isIP(it) === 4) ?? 'this machine'}.`,
  );
};

export const judgeName = (facts: NameFacts): Finding => {
  const { domain, told } = facts;
  if (told.ipv4.length > 0) return judgeFamily(4, told.ipv4, facts);
  return told.ipv6.length > 0
    ? warn(`${domain} has no A record: people without IPv6 do not get here`, `Make an A record for ${domain}.`)
    : fail(
        `${domain} has no address: nobody finds the server`,
        `Make an A record for ${domain}. \`messox init\` shows it.`,
      );
};

export const judgeName6 = (facts: NameFacts, bind: string): Finding => {
  const { domain, told } = facts;
  if (told.ipv6.length === 0) return ok(`${domain} has no AAAA record, so everybody comes by IPv4`);
  const finding = judgeFamily(6, told.ipv6, facts);
  if (finding.status !== 'ok' || isIP(bind) === 6 || told.ipv6.some((address) => facts.arrived.includes(address)))
    return finding;
  return warn(
    `${domain} is ${list(told.ipv6)}, and nginx listens on ${bind} only: who comes by IPv6 is refused`,
    `Remove the AAAA record of ${domain}.`,
  );
};

const arrivedAt = (arrivals: readonly Arrival[]): string[] =>
  arrivals.flatMap((arrival) => (arrival.kind === 'here' ? [arrival.asked] : []));

const nameFacts = async ({ arrivals, name, stack: { settings } }: StackFacts): Promise<NameFacts> => ({
  domain: settings.deploy.domain ?? '',
  told: await name(),
  own: ownAddresses(),
  arrived: arrivedAt(await arrivals()),
});

export const dns = stackCheck({
  id: 'dns',
  title: 'DNS',
  group: 'network',
  when: ['doctor', ...beforeStart],
  outside: true,
  skip: needsPublicName,
  run: async (facts, context) => softened(judgeName(await nameFacts(facts)), context),
});

export const dnsIpv6 = stackCheck({
  id: 'dns-ipv6',
  title: 'DNS for IPv6',
  group: 'network',
  when: ['doctor', ...beforeStart],
  outside: true,
  skip: needsPublicName,
  run: async (facts, context) =>
    softened(judgeName6(await nameFacts(facts), bindAddress(facts.stack.settings.deploy)), context),
});
