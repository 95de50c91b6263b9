import { isIP } from 'node:net';
import { beforeStart, type Finding, ok, warn } from '../../check.ts';
import type { Arrival } from '../../arrival/index.ts';
import { needsName } from './public-name.ts';
import { needsEngine, stackCheck } from './stack-check.ts';

/** What stands for nothing that is there, and not for something that is in the way. */
const refused = ['ECONNREFUSED', 'ECONNRESET'];

const server = (name: string | undefined): string => (name === undefined ? '' : ` by ${name.slice(0, 40)}`);

const judgeOne = (arrival: Exclude<Arrival, { kind: 'untried' }>): Finding => {
  const { asked, url } = arrival;
  const { hostname } = new URL(url);
  if (arrival.kind === 'here') return ok(`${url} arrives here by ${asked}`);
  if (arrival.kind === 'elsewhere') {
    const { answer } = arrival;
    return warn(
      `${url} at ${asked} is answered (${answer.status}${server(answer.server)}), but not here: the name leads elsewhere, or a CDN or another web server is in front`,
      `Let the DNS records of ${hostname} lead to this machine, and turn a CDN off. A proxy that is to be in front: \`messox config set deploy.tls.mode proxy\``,
    );
  }
  const family = isIP(asked) === 6 ? 'IPv6' : 'IPv4';
  const how = refused.includes(arrival.code) ? 'refuses' : 'does not answer';
  return warn(
    `${url} ${how} at ${asked} (${arrival.code}): a firewall is in between, or the router does not lead this machine back to itself`,
    `Look from another network: curl -sv -o /dev/null ${family === 'IPv6' ? '-6 ' : ''}${url}\nIf that fails, too: let the port in at the provider and in the firewall of this machine${family === 'IPv6' ? ', or remove the AAAA record' : ''}.`,
  );
};

/** The worst of what became of the requests; from the machine itself none of it is certain, so nothing fails. */
export const judgeArrivals = (arrivals: readonly Arrival[]): Finding => {
  const findings = arrivals.flatMap((arrival) => (arrival.kind === 'untried' ? [] : [judgeOne(arrival)]));
  const warnings = findings.filter(({ status }) => status === 'warn');
  if (warnings.length === 0) return ok(findings.map(({ why }) => why).join(' and '));
  return warn(warnings.map(({ why }) => why).join('; '), warnings.flatMap(({ fix }) => fix ?? []).join('\n'));
};

const whyUntried = (arrivals: readonly Arrival[]): string | undefined => {
  const [first] = arrivals;
  return first?.kind === 'untried' ? first.why : undefined;
};

export const arrival = stackCheck({
  id: 'arrival',
  title: 'Public address',
  group: 'network',
  when: ['doctor', ...beforeStart],
  outside: true,
  skip: async (facts, context) =>
    needsName(facts, context) ?? (await needsEngine(facts)) ?? whyUntried(await facts.arrivals()),
  run: async ({ arrivals }) => judgeArrivals(await arrivals()),
});
