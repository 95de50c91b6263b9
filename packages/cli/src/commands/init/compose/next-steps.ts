import { isIP } from 'node:net';
import { command, commandLine, type Place } from '../../../output/command-line.ts';
import { ownAddresses } from '../../../project/listen.ts';
import { isPrivate } from '../../../project/private-address.ts';
import type { Settings } from '../../../project/schema.ts';
import { proxyKinds } from '../../../stack/proxy-snippets.ts';

export interface DnsRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly value: string;
}

/** What the name has to lead to, for others to find the server. */
export const dnsRecords = (domain: string, addresses: readonly string[] = ownAddresses()): DnsRecord[] => {
  const open = addresses.filter((address) => !isPrivate(address));
  const of = (family: 4 | 6, type: DnsRecord['type']): DnsRecord[] =>
    open.filter((address) => isIP(address) === family).map((value) => ({ name: domain, type, value }));
  const records = [...of(4, 'A'), ...of(6, 'AAAA')];
  return records.length > 0 ? records : [{ name: domain, type: 'A', value: 'the public address of this machine' }];
};

/** Commands that come next. */
export const nextCommands = (place: Place): string[] => [
  commandLine(place, 'up', '-d'),
  commandLine(place, 'user', 'create', '--admin', 'NAME'),
];

/** What is to be done outside of this server, in lines; commands between backticks. */
export const outsideSteps = ({ domain, ports, tls }: Settings['deploy']): string[] => {
  if (domain === undefined) return [];
  if (tls.mode === 'proxy')
    return [
      `Let your proxy send https://${domain} to http://127.0.0.1:${ports.http}, WebSockets too. The lines for it:`,
      `  ${command('config', 'print', 'proxy', '--for', 'nginx')}`,
      `  (or for ${proxyKinds.filter((kind) => kind !== 'nginx').join(', ')})`,
    ];
  if (tls.mode === 'off') return [];
  return [`Let TCP ports ${ports.http} and ${ports.https} through the firewall of your provider.`];
};
