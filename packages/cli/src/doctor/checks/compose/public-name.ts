import { isIP } from 'node:net';
import { beforeStart, type CheckContext, type Finding } from '../../check.ts';
import { isLocalName } from '../../dns.ts';
import type { StackFacts } from '../../stack-facts.ts';

/** Whether name servers of the internet are asked for it. */
const isPublicName = (domain: string): boolean => isIP(domain) === 0 && !isLocalName(domain);

/** Before a start, only a certificate that is to be asked for is a reason to look at what is outside of this machine. */
export const needsName = (
  { stack: { settings } }: StackFacts,
  { occasion }: Pick<CheckContext, 'occasion'>,
): string | undefined => {
  const { domain, tls } = settings.deploy;
  if (domain === undefined || tls.mode === 'off') return 'the server is for this machine alone';
  return beforeStart.includes(occasion) && tls.mode !== 'acme' ? 'no certificate is to be asked for' : undefined;
};

/** Skips for names that the internet does not know, too. */
export const needsPublicName = (facts: StackFacts, context: Pick<CheckContext, 'occasion'>): string | undefined => {
  const reason = needsName(facts, context);
  if (reason !== undefined) return reason;
  const { domain = '' } = facts.stack.settings.deploy;
  return isPublicName(domain) ? undefined : `the internet does not know ${domain}`;
};

/** A name or a firewall that is not ready yet keeps nothing from starting: then what fails is a warning. */
export const softened = ({ status, ...finding }: Finding, { occasion }: Pick<CheckContext, 'occasion'>): Finding => ({
  ...finding,
  status: status === 'fail' && beforeStart.includes(occasion) ? 'warn' : status,
});
