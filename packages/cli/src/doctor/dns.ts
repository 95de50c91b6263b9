import type { CaaRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';

/** Asks the name servers of this machine (resolv.conf), and not its hosts file, which the world does not see. */
const usualResolver = (): Resolver => new Resolver({ timeout: 2_000, tries: 2 });

/** Names that no name server of the internet knows (RFC 6762, RFC 6761, RFC 8375). */
export const isLocalName = (domain: string): boolean =>
  !domain.includes('.') || /\.(local|localhost|internal|test|lan|invalid|home\.arpa)$/.test(domain);

const noRecords = ['ENODATA', 'ENOTFOUND'];

/** Records that do not exist are none; a name server that does not answer is an error. */
const orNone = async <T>(asked: Promise<T[]>): Promise<T[]> => {
  try {
    return await asked;
  } catch (error) {
    if (noRecords.includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
};

export interface NameAddresses {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** What A and AAAA records say. Throws where the name server does not answer. */
export const lookUpAddresses = async (domain: string, resolver = usualResolver()): Promise<NameAddresses> => {
  const [ipv4, ipv6] = await Promise.all([orNone(resolver.resolve4(domain)), orNone(resolver.resolve6(domain))]);
  return { ipv4, ipv6 };
};

export interface CaaRecords {
  /** The name that has them. */
  readonly at: string;
  readonly records: readonly CaaRecord[];
}

/** The CAA records that count for a name: those of the nearest name above it that has any (RFC 8659, 3). */
export const lookUpCaa = async (domain: string, resolver = usualResolver()): Promise<CaaRecords | undefined> => {
  for (let at = domain; at.includes('.'); at = at.slice(at.indexOf('.') + 1)) {
    const records = await orNone(resolver.resolveCaa(at));
    if (records.length > 0) return { at, records };
  }
  return undefined;
};
